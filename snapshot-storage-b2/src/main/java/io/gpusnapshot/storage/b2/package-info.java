/**
 * Backblaze B2 by its native API. Start reading at {@link io.gpusnapshot.storage.b2.B2StorageProvider}.
 *
 * <p>The vendor's client makes the control calls and moves small objects; packs move by the grants of {@link
 * io.gpusnapshot.storage.GrantIssuer}, which no account key goes along with.
 */
@NullMarked
package io.gpusnapshot.storage.b2;

import org.jspecify.annotations.NullMarked;
