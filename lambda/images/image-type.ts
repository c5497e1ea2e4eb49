import { IMAGE_TYPES, type ImageType } from '../contract/images';

const ascii = (bytes: Buffer, from: number, to: number) => bytes.toString('latin1', from, to);

/**
 * How the bytes of each type begin: PNG and JPEG by their standards, WebP by RFC 9649, AVIF by ISO/IEC 23000-22 (brands
 * avif, avis).
 */
const BEGINS: Readonly<Record<ImageType, (bytes: Buffer) => boolean>> = {
  'image/jpeg': (bytes) => ascii(bytes, 0, 3) === '\xff\xd8\xff',
  'image/png': (bytes) => ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n',
  'image/webp': (bytes) => ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP',
  'image/avif': (bytes) => /^ftypavi[fs]$/.test(ascii(bytes, 4, 12)),
};

/** @returns the type that a `Content-Type` names, undefined if no photo may have it. */
export function imageType(contentType: string | undefined): ImageType | undefined {
  const [essence = ''] = (contentType ?? '').split(';', 1);
  return IMAGE_TYPES.find((type) => type === essence.trim().toLowerCase());
}

/** Whether bytes are what their type says, as far as their beginning tells. */
export const isOfType = (bytes: Buffer, type: ImageType): boolean => BEGINS[type](bytes);
