import { createImagesFunction } from './images-function';

const images = createImagesFunction();
await images.connect();

export const { handler } = images;
