/**
 * An object store in memory: the model that other providers are tested against.
 */
@NullMarked
package io.gpusnapshot.storage.memory;

import org.jspecify.annotations.NullMarked;
