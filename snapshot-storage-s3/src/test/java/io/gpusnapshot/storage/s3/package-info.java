@NullMarked
package io.gpusnapshot.storage.s3;

import org.jspecify.annotations.NullMarked;
