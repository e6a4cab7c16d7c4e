/**
 * Home of the storage provider for S3, Cloudflare R2, Wasabi and any S3-compatible endpoint. Nothing is here yet.
 */
@NullMarked
package io.gpusnapshot.storage.s3;

import org.jspecify.annotations.NullMarked;
