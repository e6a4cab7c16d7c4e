package io.gpusnapshot.internal.create;

/**
 * How much of the machine a create may take.
 *
 * @param workers threads that read, hash and encode
 * @param uploaders threads that store packs
 * @param memoryBytes room for all buffers together
 */
public record CreateResources(int workers, int uploaders, long memoryBytes) {}
