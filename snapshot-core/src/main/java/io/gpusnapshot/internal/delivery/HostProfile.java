package io.gpusnapshot.internal.delivery;

/**
 * What a host was found to be on the way.
 *
 * @param architecture {@code x86_64}, {@code aarch64}, or whatever else {@code uname -m} says
 * @param libc the C library: "glibc", "musl" or "unknown"
 * @param userId who we are there, in digits
 * @param java the program that runs the agent
 * @param javaVersion such as {@code 17.0.15}
 */
public record HostProfile(String architecture, String libc, String userId, String java, String javaVersion) {}
