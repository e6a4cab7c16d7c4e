/**
 * Amazon S3, Cloudflare R2, Wasabi, and whatever else speaks the protocol. Start reading at {@link
 * io.gpusnapshot.storage.s3.S3StorageProvider}.
 *
 * <p>The vendor's SDK makes the control calls and moves small objects; packs move by presigned requests ({@link
 * io.gpusnapshot.storage.GrantIssuer}), which no account key goes along with.
 */
@NullMarked
package io.gpusnapshot.storage.s3;

import org.jspecify.annotations.NullMarked;
