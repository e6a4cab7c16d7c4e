/**
 * What takes part in the races of the folder {@code races} and runs in a JVM: contestants that live on from run to run
 * ({@link io.gpusnapshot.benchmarks.races.EmbeddedRacer}, {@link io.gpusnapshot.benchmarks.races.TransferManagerRacer}),
 * and the S3 server.
 */
@NullMarked
package io.gpusnapshot.benchmarks.races;

import org.jspecify.annotations.NullMarked;
