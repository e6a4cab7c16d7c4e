/**
 * Home of the Backblaze B2 storage provider (native API). Nothing is here yet; the core's {@code file} provider works
 * without an account.
 */
@NullMarked
package io.gpusnapshot.storage.b2;

import org.jspecify.annotations.NullMarked;
