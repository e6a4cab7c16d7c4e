/**
 * Home of the SSH executor that reaches GPU hosts. Nothing is here yet.
 */
@NullMarked
package io.gpusnapshot.remote.ssh;

import org.jspecify.annotations.NullMarked;
