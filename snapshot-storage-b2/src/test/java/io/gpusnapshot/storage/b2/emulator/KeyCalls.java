package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Application keys. */
final class KeyCalls {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{1,100}");
    private static final long MAX_VALID_SECONDS = 86_400_000;
    private static final String BASIC = "Basic ";

    private final Services services;
    private final AuthorizationShape shape;

    KeyCalls(Services services) {
        this.services = services;
        shape = new AuthorizationShape(services);
    }

    void register(Map<Operation, Handler> handlers) {
        handlers.put(Operation.AUTHORIZE_ACCOUNT, this::authorize);
        handlers.put(Operation.CREATE_KEY, this::create);
        handlers.put(Operation.LIST_KEYS, this::list);
        handlers.put(Operation.DELETE_KEY, this::delete);
    }

    private Reply authorize(Call call) throws ApiException {
        ApplicationKey key = authenticate(call);
        if (call.version() < 4 && key.bucketIds().size() > 1) {
            throw ApiException.unauthorized("Keys of several buckets need version 4 of the API");
        }
        return Reply.json(shape.of(call, key, services.access().issueAccountToken(key)));
    }

    private ApplicationKey authenticate(Call call) throws ApiException {
        String[] credentials = credentials(call.header("Authorization").orElse(""));
        ApplicationKey key = services.account().findKey(credentials[0]).orElseThrow(ApiException::badToken);
        if (!isSame(key.secret(), credentials[1])) {
            throw ApiException.badToken();
        }
        if (key.expires().isPresent() && !services.now().isBefore(key.expires().get())) {
            throw ApiException.unauthorized("The application key has expired");
        }
        return key;
    }

    private static String[] credentials(String header) throws ApiException {
        if (!header.startsWith(BASIC)) {
            throw ApiException.badToken();
        }
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(header.substring(BASIC.length()).strip());
            String[] credentials = new String(decoded, StandardCharsets.UTF_8).split(":", 2);
            if (credentials.length == 2) {
                return credentials;
            }
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("The Authorization header is not base64");
        }
        throw ApiException.badToken();
    }

    private static boolean isSame(String left, String right) {
        return MessageDigest.isEqual(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }

    private Reply create(Call call) throws ApiException, IOException {
        services.access().require(call, Capability.WRITE_KEYS);
        Params params = call.params();
        String name = params.text("keyName");
        if (!NAME.matcher(name).matches()) {
            throw ApiException.badRequest("keyName takes letters, digits and hyphens, 1 to 100 of them");
        }
        List<String> bucketIds = bucketIds(call);
        ApplicationKey key = new ApplicationKey(
                "001" + services.account().id() + Account.randomHex(5),
                "K001" + Account.randomHex(14),
                name,
                capabilities(params, bucketIds),
                bucketIds,
                namePrefix(call, bucketIds),
                expiry(params));
        services.account().addKey(key);
        Map<String, Object> reply = Shapes.key(services.account().id(), key, call.version());
        reply.put("applicationKey", key.secret());
        return Reply.json(reply);
    }

    private List<String> bucketIds(Call call) throws ApiException {
        List<String> bucketIds = new ArrayList<>(call.params().texts("bucketIds"));
        call.params().optionalText("bucketId").ifPresent(bucketIds::add);
        if (call.version() < 4 && call.params().has("bucketIds")) {
            throw ApiException.badRequest("bucketIds needs version 4 of the API");
        }
        for (String bucketId : bucketIds) {
            services.account().bucket(bucketId);
        }
        return bucketIds;
    }

    private static Optional<String> namePrefix(Call call, List<String> bucketIds) throws ApiException {
        Optional<String> prefix = call.params().optionalText("namePrefix").filter(text -> !text.isEmpty());
        if (prefix.isPresent() && bucketIds.isEmpty() && call.version() < 4) {
            throw ApiException.badRequest("namePrefix needs a bucketId");
        }
        return prefix;
    }

    private static Set<Capability> capabilities(Params params, List<String> bucketIds) throws ApiException {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (String name : params.texts("capabilities")) {
            Capability capability = Capability.ofWireName(name)
                    .orElseThrow(() -> ApiException.badRequest("unknown capability " + name));
            if (capability.isOfAccount() && !bucketIds.isEmpty()) {
                throw ApiException.badRequest("a key that is limited to buckets cannot have " + name);
            }
            capabilities.add(capability);
        }
        if (capabilities.isEmpty()) {
            throw ApiException.badRequest("capabilities must not be empty");
        }
        return capabilities;
    }

    private Optional<Instant> expiry(Params params) throws ApiException {
        if (!params.has("validDurationInSeconds")) {
            return Optional.empty();
        }
        long seconds = params.number("validDurationInSeconds", 1, MAX_VALID_SECONDS);
        return Optional.of(services.now().plusSeconds(seconds));
    }

    private Reply list(Call call) throws ApiException {
        services.access().require(call, Capability.LIST_KEYS);
        long max = call.params().number("maxKeyCount", 100, 1, 10_000);
        String start = call.params().optionalText("startApplicationKeyId").orElse("");
        List<Object> rows = new ArrayList<>();
        for (ApplicationKey key : services.account().keys().tailMap(start).values()) {
            if (rows.size() == max) {
                return Reply.json(Json.object("keys", rows, "nextApplicationKeyId", key.keyId()));
            }
            rows.add(Shapes.key(services.account().id(), key, call.version()));
        }
        return Reply.json(Json.object("keys", rows, "nextApplicationKeyId", null));
    }

    private Reply delete(Call call) throws ApiException, IOException {
        services.access().require(call, Capability.DELETE_KEYS);
        String keyId = call.params().text("applicationKeyId");
        ApplicationKey removed = services.account()
                .removeKey(keyId)
                .orElseThrow(() -> ApiException.badRequest("no such application key: " + keyId));
        return Reply.json(Shapes.key(services.account().id(), removed, call.version()));
    }
}
