/**
 * A folder as an object store, for tests, for network mounts and for people without an account.
 */
@NullMarked
package io.gpusnapshot.storage.local;

import org.jspecify.annotations.NullMarked;
