package io.gpusnapshot.model;

import java.time.Duration;

/**
 * What came of a command that was run on the host before or after a job.
 *
 * @param command as one would type it
 * @param exitCode what it ended with; 128 and the number of the signal if it was killed
 * @param output the end of what it wrote to standard output
 * @param errors the end of what it wrote to standard error
 */
public record HookReport(String command, int exitCode, String output, String errors, Duration duration) {}
