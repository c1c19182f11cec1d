package dev.banyan.engine.planning;

import dev.banyan.api.kinds.settings.DeviceRules;
import dev.banyan.api.v1.DeviceKind;
import dev.banyan.api.v1.DeviceRequest;
import dev.banyan.api.v1.OfferedDevice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which devices of one agent a task gets. Each device has one user at a time. Pure; for one question.
 *
 * <p>Requests are met one after the other, so whoever makes them puts those that name their devices first.
 */
final class Devices {
    private static final int SHOWN_MAX = 3;

    private final List<DeviceKind> offered;

    /** Who uses a device, by its whole name: other tasks, and the earlier requests of this one. */
    private final Map<String, String> users;

    private final TreeSet<String> chosen = new TreeSet<>();

    private Devices(List<DeviceKind> offered, Map<String, String> users) {
        this.offered = offered;
        this.users = new HashMap<>(users);
    }

    /** What comes of the requests of a task. */
    sealed interface Outcome {
        /** It gets these, as in {@code nvidia.com/gpu=0}; sorted. */
        record Given(List<String> devices) implements Outcome {}

        /** It cannot be met, for this reason. */
        record Short(String reason) implements Outcome {}
    }

    /** Looks for what is free. */
    static Outcome of(List<DeviceRequest> requests, Candidate agent) {
        var users = new HashMap<String, String>();
        agent.reservations().values().forEach(reservation -> reservation
                .getDevicesList()
                .forEach(device -> users.put(device, reservation.getTask())));
        return of(requests, agent.report().getDevicesList(), users);
    }

    /** Looks at what there is, whoever uses it. */
    static Outcome ofAll(List<DeviceRequest> requests, Candidate agent) {
        return of(requests, agent.report().getDevicesList(), Map.of());
    }

    static Outcome of(List<DeviceRequest> requests, List<DeviceKind> offered, Map<String, String> users) {
        var devices = new Devices(offered, users);
        for (var request : requests) {
            var refusal = devices.meet(request);
            if (refusal.isPresent()) {
                return new Outcome.Short(refusal.get());
            }
        }
        return new Outcome.Given(List.copyOf(devices.chosen));
    }

    private Optional<String> meet(DeviceRequest request) {
        var kinds = offered.stream()
                .filter(kind -> DeviceRules.matches(request.getKind(), kind.getKind()))
                .filter(kind -> kind.getDevicesCount() > 0)
                .toList();
        if (kinds.isEmpty()) {
            return Optional.of("has no " + request.getKind());
        }
        return switch (request.getWhichCase()) {
            case COUNT -> count(request, kinds);
            case NAMED -> named(request, kinds);
            case ALL -> all(kinds);
            case WHICH_NOT_SET -> Optional.of("is asked for no device of " + request.getKind());
        };
    }

    /** All of one kind, the first that has as many. */
    private Optional<String> count(DeviceRequest request, List<DeviceKind> kinds) {
        int wanted = request.getCount();
        for (var kind : kinds) {
            var free = free(kind);
            if (free.size() >= wanted) {
                free.subList(0, wanted).forEach(this::take);
                return Optional.empty();
            }
        }
        var most = kinds.stream().map(this::inventory).collect(Collectors.joining(" and "));
        return Optional.of(most + " (" + wanted + (wanted == 1 ? " is" : " are") + " wanted)");
    }

    private Optional<String> named(DeviceRequest request, List<DeviceKind> kinds) {
        var refusals = new ArrayList<String>();
        for (var kind : kinds) {
            var wanted = new TreeSet<String>();
            var refusal = request.getNamed().getNamesList().stream()
                    .flatMap(name -> find(kind, name, wanted).stream())
                    .findFirst();
            if (refusal.isEmpty()) {
                wanted.forEach(this::take);
                return Optional.empty();
            }
            refusals.add(refusal.get());
        }
        return Optional.of(String.join(" and ", refusals));
    }

    /** Why the kind's device of this name cannot be had; otherwise it is added to {@code wanted}. */
    private Optional<String> find(DeviceKind kind, String name, Collection<String> wanted) {
        var device = kind.getDevicesList().stream()
                .filter(one ->
                        one.getName().equals(name) || one.getAliasesList().contains(name))
                .findFirst()
                .map(one -> whole(kind, one));
        if (device.isEmpty()) {
            return Optional.of("has no " + kind.getKind() + "=" + name);
        }
        wanted.add(device.get());
        return Optional.ofNullable(users.get(device.get())).map(user -> device.get() + " is in use by " + user);
    }

    private Optional<String> all(List<DeviceKind> kinds) {
        var taken = kinds.stream()
                .filter(kind -> free(kind).size() < kind.getDevicesCount())
                .findFirst();
        if (taken.isPresent()) {
            return Optional.of(inventory(taken.get()) + " (all are wanted)");
        }
        kinds.forEach(kind -> free(kind).forEach(this::take));
        return Optional.empty();
    }

    private void take(String device) {
        users.put(device, "the same task");
        chosen.add(device);
    }

    private List<String> free(DeviceKind kind) {
        return kind.getDevicesList().stream()
                .map(device -> whole(kind, device))
                .filter(device -> !users.containsKey(device))
                .toList();
    }

    /** As in {@code has 1 of 2 nvidia.com/gpu, 1 is in use by shop.web.1.0.0}. */
    private String inventory(DeviceKind kind) {
        var holders = kind.getDevicesList().stream()
                .map(device -> users.get(whole(kind, device)))
                .filter(user -> user != null)
                .toList();
        int all = kind.getDevicesCount();
        if (holders.isEmpty()) {
            return "has " + all + " " + kind.getKind();
        }
        var names = new TreeSet<>(holders);
        var shown = names.stream().limit(SHOWN_MAX).collect(Collectors.joining(", "));
        return "has " + (all - holders.size()) + " of " + all + " " + kind.getKind() + ", " + holders.size()
                + (holders.size() == 1 ? " is" : " are") + " in use by " + shown
                + (names.size() > SHOWN_MAX ? " and others" : "");
    }

    private static String whole(DeviceKind kind, OfferedDevice device) {
        return kind.getKind() + "=" + device.getName();
    }
}
