/**
 * Moves packs between the pipelines and a store, and counts what moves. Start reading at {@link
 * io.gpusnapshot.internal.transfer.PackStore}.
 */
@NullMarked
package io.gpusnapshot.internal.transfer;

import org.jspecify.annotations.NullMarked;
