package io.gpusnapshot.storage.s3;

import java.util.regex.Pattern;

/** Addresses of stores that are not Amazon's. */
public final class S3Endpoints {
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9-]{1,63}");

    private S3Endpoints() {}

    /**
     * Cloudflare R2. Buckets with a jurisdiction have an address of their own, such as {@code
     * https://ACCOUNT.eu.r2.cloudflarestorage.com}.
     *
     * @param accountId what the dashboard shows as account id
     */
    public static String r2(String accountId) {
        return "https://" + label("R2 account id", accountId) + ".r2.cloudflarestorage.com";
    }

    /**
     * Wasabi.
     *
     * @param region for example {@code eu-central-1}
     */
    public static String wasabi(String region) {
        return "https://s3." + label("Wasabi region", region) + ".wasabisys.com";
    }

    private static String label(String what, String value) {
        if (!LABEL.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "Not a " + what + ": \"" + value + "\"; it has letters, digits and \"-\" only");
        }
        return value;
    }
}
