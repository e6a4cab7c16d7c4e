/** Tests of a repository as a set of operations. */
@NullMarked
package io.gpusnapshot.internal.repository;

import org.jspecify.annotations.NullMarked;
