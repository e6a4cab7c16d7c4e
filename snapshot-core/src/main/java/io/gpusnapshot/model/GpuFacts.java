package io.gpusnapshot.model;

/**
 * One GPU of a host.
 *
 * @param name model, as the driver names it
 * @param memoryBytes its memory; 0 if the driver does not tell
 */
public record GpuFacts(String name, long memoryBytes) {}
