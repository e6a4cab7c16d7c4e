/**
 * Turns raw bytes into encoded, named chunks and gathers those into packs. Start reading at {@link
 * io.gpusnapshot.internal.chunk.ChunkEncoder} and {@link io.gpusnapshot.internal.chunk.PackWriter}.
 */
@NullMarked
package io.gpusnapshot.internal.chunk;

import org.jspecify.annotations.NullMarked;
