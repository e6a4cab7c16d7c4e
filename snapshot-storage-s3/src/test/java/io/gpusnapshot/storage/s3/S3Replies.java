package io.gpusnapshot.storage.s3;

import io.gpusnapshot.testing.HttpReply;
import java.util.Arrays;

/** What a store may answer. */
final class S3Replies {
    private S3Replies() {}

    /** An error as S3 words it. */
    static HttpReply error(int status, String code, String... headers) {
        return HttpReply.error(
                status,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code
                        + "</Code><Message>told by the store</Message><RequestId>1</RequestId></Error>",
                headers);
    }

    /** A reply to every attempt at one call. */
    static HttpReply[] toAllAttempts(HttpReply reply) {
        HttpReply[] replies = new HttpReply[S3Retries.MAX_ATTEMPTS];
        Arrays.fill(replies, reply);
        return replies;
    }

    /** A listing without objects. */
    static HttpReply emptyListing() {
        return HttpReply.error(
                200,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>"
                        + "<KeyCount>0</KeyCount></ListBucketResult>",
                "Content-Type: application/xml");
    }
}
