/**
 * Waits for an answer of the search function.
 * @throws Error unless it is 200 and of this tier: another one would measure something else
 */
export async function expectTier(
  answer: Promise<{ statusCode: number; headers?: object | undefined }>,
  tier: string,
): Promise<void> {
  const { statusCode, headers } = await answer;
  const found = (headers as Record<string, string> | undefined)?.['x-cache'];
  if (statusCode !== 200 || found !== tier)
    throw new Error(`Expected 200 from ${tier}, got ${statusCode} from ${found ?? 'nowhere'}`);
}
