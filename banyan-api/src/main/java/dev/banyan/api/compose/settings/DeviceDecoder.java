package dev.banyan.api.compose.settings;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.kinds.settings.DeviceRules;
import dev.banyan.api.v1.DeviceNames;
import dev.banyan.api.v1.DeviceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decodes which devices of its agent a service wants, from every key that may say so. */
public final class DeviceDecoder {
    private static final String GPU = "gpu";

    /** Names of drivers that are no vendors' own. */
    private static final Map<String, String> VENDORS =
            Map.of("nvidia", "nvidia.com", "amd", "amd.com", "intel", "intel.com");

    /** Device names with their kinds. */
    private static final String NAMES_ALONE = "cdi";

    /** What NVIDIA's own runtime lets a container use of a card; whoever is given a card here has all of it. */
    private static final Set<String> USES =
            Set.of("nvidia", "nvidia-compute", "compute", "compat32", "display", "graphics", "ngx", "utility", "video");

    private final Mapping service;
    private final Spot spot;
    private final List<DeviceRequest> requests = new ArrayList<>();

    private DeviceDecoder(Mapping service, Spot spot) {
        this.service = service;
        this.spot = spot;
    }

    /** What {@code gpus}, {@code devices} and the reservations of {@code deploy} ask for, those by name first. */
    public static List<DeviceRequest> decode(Mapping service, Spot spot) {
        var decoder = new DeviceDecoder(service, spot);
        decoder.decode();
        return decoder.requests.stream()
                .sorted((one, other) -> Integer.compare(rank(one), rank(other)))
                .toList();
    }

    /** Whether {@code source} of {@code devices} is a device by name: those of the server are paths. */
    static boolean isNamed(String source) {
        return source.contains("=");
    }

    /** Whoever wants certain ones goes before whoever takes any, and who takes the rest is last. */
    private static int rank(DeviceRequest request) {
        return switch (request.getWhichCase()) {
            case NAMED -> 0;
            case COUNT, WHICH_NOT_SET -> 1;
            case ALL -> 2;
        };
    }

    private void decode() {
        named();
        requests(service, "gpus", spot, true);
        var deploy = service.mapping("deploy");
        var reservations = deploy.mapping("resources").mapping("reservations");
        var at = spot.key("deploy", deploy.place())
                .key("resources", reservations.place())
                .key("reservations", reservations.place());
        requests(reservations, "devices", at, false);
        generic(reservations, at);
    }

    private void named() {
        var devices = service.items("devices");
        for (int i = 0; i < devices.size(); i++) {
            if (devices.get(i) instanceof Mapping device) {
                var source = device.text("source").orElse("");
                var at = spot.key("devices", device.place()).index(i, device.place());
                if (isNamed(source)) {
                    if (device.member("target").isPresent()
                            || device.member("permissions").isPresent()) {
                        at.refuse("its description says where it is shown", "write its name alone");
                    }
                    whole(source, at).ifPresent(request -> add(request, at));
                }
            }
        }
    }

    private void requests(Mapping parent, String key, Spot above, boolean gpus) {
        var items = parent.items(key);
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Mapping item) {
                var at = above.key(key, item.place()).index(i, item.place());
                for (var request : request(item, at, gpus)) {
                    add(request, at);
                }
            }
        }
    }

    private List<DeviceRequest> request(Mapping item, Spot at, boolean gpus) {
        var ids = item.texts("device_ids");
        var driver = item.text("driver").orElse("");
        if (driver.equals(NAMES_ALONE)) {
            if (ids.isEmpty()) {
                at.refuse("driver \"cdi\" needs \"device_ids\"", "write such as device_ids: [nvidia.com/gpu=0]");
            }
            return ids.stream().flatMap(id -> whole(id, at).stream()).toList();
        }
        var type = type(item.texts("capabilities"), gpus, at);
        if (type.isEmpty()) {
            return List.of();
        }
        var vendor = driver.isEmpty() ? DeviceRules.ANY_VENDOR : VENDORS.getOrDefault(driver, driver);
        var request = DeviceRequest.newBuilder().setKind(vendor + "/" + type.get());
        if (!ids.isEmpty()) {
            request.setNamed(names(ids));
            return List.of(request.build());
        }
        var count = item.text("count").orElse("all");
        if (count.equals("all") || count.equals("-1")) {
            request.setAll(true);
        } else {
            request.setCount(Integer.parseInt(count));
        }
        return List.of(request.build());
    }

    /** The class of devices that a list of capabilities stands for. */
    private static Optional<String> type(List<String> capabilities, boolean gpus, Spot at) {
        if (capabilities.isEmpty() && gpus || capabilities.contains(GPU)) {
            var strange = capabilities.stream()
                    .filter(word -> !word.equals(GPU) && !USES.contains(word))
                    .findFirst();
            strange.ifPresent(word -> at.refuse("\"" + word + "\" is no capability of a gpu that is known"));
            return strange.isPresent() ? Optional.empty() : Optional.of(GPU);
        }
        if (capabilities.size() == 1 && !gpus) {
            return Optional.of(capabilities.getFirst());
        }
        at.refuse(
                "its capabilities do not say what it is",
                gpus ? "write capabilities: [gpu], or remove them" : "write such as capabilities: [gpu]");
        return Optional.empty();
    }

    private void generic(Mapping reservations, Spot above) {
        var items = reservations.items("generic_resources");
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Mapping item) {
                var counted = item.mapping("discrete_resource_spec");
                var at = above.key("generic_resources", item.place()).index(i, item.place());
                var kind = counted.text("kind").orElse("");
                add(
                        DeviceRequest.newBuilder()
                                .setKind(kind.contains("/") ? kind : DeviceRules.ANY_VENDOR + "/" + kind)
                                .setCount(counted.text("value")
                                        .map(Integer::parseInt)
                                        .orElse(0))
                                .build(),
                        at);
            }
        }
    }

    private static Optional<DeviceRequest> whole(String text, Spot at) {
        if (!DeviceRules.isWhole(text)) {
            at.refuse("\"" + text + "\" is no device by name", "write such as \"nvidia.com/gpu=0\" or \"/dev/fuse\"");
            return Optional.empty();
        }
        int split = text.indexOf('=');
        return Optional.of(DeviceRequest.newBuilder()
                .setKind(text.substring(0, split))
                .setNamed(names(List.of(text.substring(split + 1))))
                .build());
    }

    private static DeviceNames names(List<String> names) {
        return DeviceNames.newBuilder()
                .addAllNames(names.stream().distinct().sorted().toList())
                .build();
    }

    private void add(DeviceRequest request, Spot at) {
        var problem = DeviceRules.problem(request);
        problem.ifPresentOrElse(at::refuse, () -> requests.add(request));
        if (problem.isEmpty()) {
            DeviceRules.problem(requests).ifPresent(at::refuse);
        }
    }
}
