package io.gpusnapshot.storage.s3;

/** What is asked of a store, in words for errors, and the permission that it takes. */
enum S3Action {
    FIND_BUCKET("find the bucket of", "s3:ListBucket"),
    PUT("put", "s3:PutObject"),
    READ("read", "s3:GetObject"),
    STAT("look up", "s3:ListBucket and s3:GetObject"),
    LIST("list", "s3:ListBucket"),
    DELETE("delete", "s3:DeleteObject"),
    PURGE("delete older versions of", "s3:ListBucketVersions and s3:DeleteObjectVersion"),
    GRANT_DOWNLOAD("grant a download of", "s3:GetObject"),
    GRANT_UPLOAD("grant an upload of", "s3:PutObject"),
    OPEN_UPLOAD("open an upload of", "s3:PutObject"),
    COMPLETE_UPLOAD("complete the upload of", "s3:PutObject"),
    ABANDON_UPLOAD("abandon the upload of", "s3:AbortMultipartUpload"),
    LIST_UPLOADS("list unfinished uploads of", "s3:ListBucketMultipartUploads");

    private final String verb;
    private final String permission;

    S3Action(String verb, String permission) {
        this.verb = verb;
        this.permission = permission;
    }

    String verb() {
        return verb;
    }

    String permission() {
        return permission;
    }
}
