import { createImagesFunction } from './images-function';

export const { handler } = createImagesFunction();
