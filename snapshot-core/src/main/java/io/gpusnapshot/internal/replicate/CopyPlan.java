package io.gpusnapshot.internal.replicate;

import io.gpusnapshot.model.RestoreVerification;

/**
 * How packs are copied.
 *
 * @param rangeBytes what is fetched at once, and the length of a buffer
 * @param rangesInMemory room for ranges; the largest pack fits
 * @param decoders how many chunks are decoded at once
 * @param largestChunk raw size of the largest chunk, in bytes
 */
record CopyPlan(RestoreVerification verification, int rangeBytes, int rangesInMemory, int decoders, int largestChunk) {}
