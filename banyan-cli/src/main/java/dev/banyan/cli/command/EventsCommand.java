package dev.banyan.cli.command;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.source.Visible;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.cli.app.AppEvents;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.output.ExitCode;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what happened. */
@Command(
        name = "events",
        description = "Shows what happened to an app, or to everything, within the last hour; the newest last.",
        footer = {"", "Examples:", "  banyan-cli events shop", "  banyan-cli events -f -o json"})
final class EventsCommand implements Callable<Integer> {
    private static final Duration IDLE = Duration.ofSeconds(1);

    @Mixin
    private final FormatOption format = new FormatOption();

    @Option(
            names = {"-f", "--follow"},
            description = "Goes on with what happens later, until interrupted.")
    private boolean follow;

    @Option(
            names = "--tail",
            paramLabel = "N",
            defaultValue = "100",
            description = "Only the last N events; ${DEFAULT-VALUE} by default.")
    private int tail;

    @Parameters(arity = "0..1", paramLabel = "APP", description = "Name of an app; it may be gone. All by default.")
    private Optional<String> app = Optional.empty();

    private final Program program;
    private long seen; // revision up to which everything was shown

    EventsCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var cluster = program.access().open()) {
            var store = cluster.store();
            var listing = list(store);
            if (listing.objects().isEmpty()) {
                app.ifPresent(name -> Apps.find(store, name));
            }
            var events = decoded(listing.objects());
            var last = events.subList(Math.max(0, events.size() - Math.max(0, tail)), events.size());
            if (follow) {
                last.forEach(event -> line(event.spec()));
                follow(store, listing.revision());
            } else {
                var items =
                        last.stream().map(event -> AppEvents.item(event.spec())).toList();
                var table = AppEvents.table(last, program.env().time().now());
                format.print(program.console(), table, "banyan.events/1", items);
            }
            return ExitCode.OK.number();
        }
    }

    private Listing list(Store store) {
        return store.list(AppEvents.selection(app), ReadAt.LATEST);
    }

    private static List<Resource<EventSpec, EventStatus>> decoded(List<StoredObject> objects) {
        return AppEvents.sorted(objects.stream().map(Kinds.EVENTS::decode).toList());
    }

    /** Ends when the watch is closed, which only happens with the program. */
    private void follow(Store store, long after) throws InterruptedException {
        seen = after;
        while (true) {
            try (var watch = store.watch(AppEvents.selection(app), seen)) {
                if (!resyncNeeded(watch)) {
                    return;
                }
            }
            var listing = list(store);
            decoded(listing.objects()).stream()
                    .filter(event -> event.meta().revision() > seen)
                    .forEach(event -> line(event.spec()));
            seen = listing.revision();
        }
    }

    /** Prints what comes until history is missing; false when the watch was closed. */
    private boolean resyncNeeded(Watch watch) throws InterruptedException {
        while (true) {
            var batch = watch.next(IDLE);
            if (batch.isEmpty()) {
                continue;
            }
            switch (batch.get()) {
                case WatchBatch.Changes changes -> {
                    changes.events().forEach(this::changed);
                    seen = changes.revision();
                }
                case WatchBatch.Bookmark bookmark -> seen = bookmark.revision();
                case WatchBatch.Resync resync -> {
                    return true;
                }
                case WatchBatch.Closed closed -> {
                    return false;
                }
            }
        }
    }

    private void changed(WatchEvent change) {
        switch (change) {
            case WatchEvent.Put put -> line(Kinds.EVENTS.decode(put.object()).spec());
            case WatchEvent.Deleted old -> {} // too old to be kept
        }
    }

    /** One event that is not part of a table, so with its time in full. */
    private void line(EventSpec event) {
        if (format.forPrograms()) {
            var item = new LinkedHashMap<String, Object>();
            item.put("schema", "banyan.event/1");
            item.putAll(AppEvents.item(event));
            program.console().data(format.one(item));
            return;
        }
        var time = Instant.ofEpochMilli(event.getLastMs()).truncatedTo(ChronoUnit.SECONDS);
        program.console().data(Visible.text(String.join("  ", AppEvents.row(event, time.toString()))) + "\n");
    }
}
