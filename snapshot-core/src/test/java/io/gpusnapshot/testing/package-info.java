/**
 * What the tests of every module build on: contracts that an implementation proves itself against ({@link
 * io.gpusnapshot.testing.StorageProviderContract}, {@link io.gpusnapshot.testing.CodecContract}, {@link
 * io.gpusnapshot.testing.RemoteExecutorContract}), fakes that fail on demand, and seeded data. Published as core's test jar.
 */
@NullMarked
package io.gpusnapshot.testing;

import org.jspecify.annotations.NullMarked;
