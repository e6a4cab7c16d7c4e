/**
 * What other modules' tests build on: contracts that an implementation proves itself against, and fakes. Start reading
 * at {@link io.gpusnapshot.testing.StorageProviderContract}. Published as core's test jar.
 */
@NullMarked
package io.gpusnapshot.testing;

import org.jspecify.annotations.NullMarked;
