/**
 * Plain HTTP for moving packs: start reading at {@link io.gpusnapshot.internal.http.HttpTransport}. It knows requests,
 * bodies, time limits and how to stop; what to do about an answer is the business of {@code internal.transfer}.
 */
@NullMarked
package io.gpusnapshot.internal.http;

import org.jspecify.annotations.NullMarked;
