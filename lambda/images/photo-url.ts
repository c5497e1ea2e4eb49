import { ENV, requireEnv } from '../contract/environment';
import { ToldError } from '../contract/told-error';

/** Stands for the photo column, without its first slash. */
const PLACE = '{photo}';

/**
 * How the photo column becomes a URL: the stage's origin and path, and the shape that a photo must have. Whatever is
 * asked, the URL has this origin, and nothing in it but the photo was chosen by the caller.
 */
export class PhotoUrls {
  readonly origin: URL;
  private readonly path: string;
  private readonly shape: RegExp;

  /** @throws MissingEnvironmentError, or Error if the origin is no https origin */
  constructor(env: NodeJS.ProcessEnv = process.env) {
    const origin = requireEnv(ENV.imageOrigin, env);
    this.origin = new URL(origin);
    if (this.origin.origin !== origin.toLowerCase() || this.origin.protocol !== 'https:')
      throw new ToldError(
        `${ENV.imageOrigin} must be an https origin such as https://photos.carfin.kr, received "${origin}".`,
      );
    this.path = requireEnv(ENV.imagePath, env);
    this.shape = new RegExp(`^(?:${requireEnv(ENV.imagePhotoPattern, env)})$`);
  }

  /**
   * @param photo the photo column without its first slash, already known to be segments of plain characters (see
   * imagePath).
   * @returns undefined if it does not have the stage's shape.
   */
  of(photo: string): URL | undefined {
    if (!this.shape.test(photo)) return undefined;
    const url = new URL(
      this.path.replace(PLACE, () => photo),
      this.origin,
    );
    return url.origin === this.origin.origin && url.pathname.includes(photo) ? url : undefined;
  }
}
