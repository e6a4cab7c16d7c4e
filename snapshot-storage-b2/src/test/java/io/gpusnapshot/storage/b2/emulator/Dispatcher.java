package io.gpusnapshot.storage.b2.emulator;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** Gives each call to the one who knows it. */
final class Dispatcher implements Handler {
    private final Map<Operation, Handler> handlers = new EnumMap<>(Operation.class);

    Dispatcher(Services services) {
        handlers.put(Operation.UNKNOWN, Dispatcher::refuse);
        new KeyCalls(services).register(handlers);
        new BucketCalls(services).register(handlers);
        new UploadCalls(services).register(handlers);
        new ListCalls(services).register(handlers);
        new FileCalls(services).register(handlers);
        new CopyCalls(services).register(handlers);
        new LargeFileCalls(services).register(handlers);
        new DownloadCalls(services).register(handlers);
    }

    @Override
    public Reply handle(Call call) throws ApiException, IOException {
        return handlers.getOrDefault(call.operation(), Dispatcher::refuse).handle(call);
    }

    private static Reply refuse(Call call) throws ApiException {
        throw ApiException.notFound("No such call");
    }
}
