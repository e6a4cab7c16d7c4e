package io.gpusnapshot.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The text form of {@link StorageConfig}. No message repeats a whole URI, because it may hold a secret by mistake. */
final class StorageUris {
    static final String NO_SECRETS =
            "secrets do not belong in a storage address; pass them as environment variables, for example B2_KEY_ID "
                    + "and B2_APPLICATION_KEY";

    private static final Pattern SECRET = Pattern.compile(
            ".*(key|secret|token|passw|pwd|credential|auth|signature|x-amz|sas).*", Pattern.CASE_INSENSITIVE);

    private StorageUris() {}

    static StorageConfig parse(String text) {
        URI uri = syntax(text);
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException("A storage address starts with one of b2://, file:///, r2://, s3://, "
                    + "wasabi://, but there is no scheme here; write a folder as file:///absolute/path");
        }
        String provider = uri.getScheme().toLowerCase(Locale.ROOT);
        StorageConfig.requireProvider(provider);
        refuseUserInfoAndFragment(uri);
        return provider.equals(StorageConfig.FILE) ? folder(uri) : bucket(provider, uri);
    }

    private static URI syntax(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            // Neither the cause nor its message goes along: both repeat the input.
            throw new IllegalArgumentException("Not a storage URI: " + e.getReason() + " at character " + e.getIndex()
                    + "; escape unusual characters, a space for example as %20");
        }
    }

    private static void refuseUserInfoAndFragment(URI uri) {
        String authority = uri.getRawAuthority();
        if (authority != null && authority.contains("@")) {
            throw new IllegalArgumentException(
                    "The " + uri.getScheme() + " URI holds user information before an \"@\"; " + NO_SECRETS);
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "The " + uri.getScheme() + " URI holds a \"#\" and text behind it; leave it out, or write %23");
        }
    }

    private static StorageConfig folder(URI uri) {
        String authority = uri.getRawAuthority();
        String path = uri.getRawPath();
        if (authority != null || path == null || !path.startsWith("/")) {
            String relative = authority == null ? uri.getRawSchemeSpecificPart() : authority + path;
            throw new IllegalArgumentException(
                    "The folder \"" + withoutQuery(relative)
                            + "\" of the file URI is relative; write its absolute path behind three slashes: file:///absolute/path");
        }
        for (String name : parameters(uri).keySet()) {
            throw new IllegalArgumentException("The file URI has the parameter \"" + name
                    + "\", but takes none; write a \"?\" of the path as %3F");
        }
        return StorageConfig.file(Path.of(URI.create("file://" + path)));
    }

    private static String withoutQuery(String text) {
        int question = text.indexOf('?');
        return question < 0 ? text : text.substring(0, question);
    }

    private static StorageConfig bucket(String provider, URI uri) {
        String authority = Optional.ofNullable(uri.getRawAuthority()).orElse("");
        String path = Optional.ofNullable(uri.getPath()).orElse("");
        Map<String, String> parameters = parameters(uri);
        for (String name : parameters.keySet()) {
            if (!name.equals("endpoint") && !name.equals("region")) {
                throw new IllegalArgumentException("Unknown parameter \"" + name + "\" in the " + provider
                        + " URI; only endpoint and region are known");
            }
        }
        return new StorageConfig(
                provider,
                authority,
                trimSlashes(path),
                Optional.ofNullable(parameters.get("endpoint")),
                Optional.ofNullable(parameters.get("region")),
                Optional.empty());
    }

    private static Map<String, String> parameters(URI uri) {
        Map<String, String> parameters = new TreeMap<>();
        String query = uri.getRawQuery();
        if (query == null) {
            return parameters;
        }
        for (String parameter : query.split("&")) {
            int equals = parameter.indexOf('=');
            String name = decode(equals < 0 ? parameter : parameter.substring(0, equals));
            String value = equals < 0 ? "" : decode(parameter.substring(equals + 1));
            refuseSecret(uri, name);
            if (parameters.put(name, value) != null) {
                throw new IllegalArgumentException("The parameter \"" + name + "\" is given twice; give it once");
            }
        }
        return parameters;
    }

    private static void refuseSecret(URI uri, String name) {
        if (SECRET.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "The " + uri.getScheme() + " URI has the parameter \"" + name + "\"; " + NO_SECRETS);
        }
    }

    /** Prefixes are written with or without slashes at their ends. */
    static String trimSlashes(String prefix) {
        int start = prefix.startsWith("/") ? 1 : 0;
        int end = prefix.length() > start && prefix.endsWith("/") ? prefix.length() - 1 : prefix.length();
        return prefix.substring(start, end);
    }

    static String ofFolder(Path folder) {
        // A path's own URI ends in a slash if the folder happens to exist.
        String uri = folder.toUri().toString();
        return uri.endsWith("/") && !uri.equals("file:///") ? uri.substring(0, uri.length() - 1) : uri;
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String value) {
        return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
