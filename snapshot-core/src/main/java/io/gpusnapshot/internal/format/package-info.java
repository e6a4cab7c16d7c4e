/**
 * The only code that knows stored bytes; {@code docs/format.md} describes them. Start reading at
 * {@link io.gpusnapshot.internal.format.RepositoryLayout} for names, then
 * {@link io.gpusnapshot.internal.format.ManifestReader} and {@link io.gpusnapshot.internal.format.PackFooter}.
 */
@NullMarked
package io.gpusnapshot.internal.format;

import org.jspecify.annotations.NullMarked;
