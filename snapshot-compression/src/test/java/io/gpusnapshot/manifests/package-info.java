/** Manifests in LZ4 frames. */
@NullMarked
package io.gpusnapshot.manifests;

import org.jspecify.annotations.NullMarked;
