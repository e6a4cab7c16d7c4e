/** Tests of how packs move: retries, adaptive concurrency and hedging. */
@NullMarked
package io.gpusnapshot.internal.transfer;

import org.jspecify.annotations.NullMarked;
