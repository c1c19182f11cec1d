package dev.banyan.api.kinds.settings;

import dev.banyan.api.v1.DeviceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What requests for devices must satisfy, whoever made them, and how devices are called. Pure; collects every problem. */
public final class DeviceRules {
    /** Instead of a vendor: any. */
    public static final String ANY_VENDOR = "*";

    /** More than any server has. */
    public static final int DEVICES_MAX = 256;

    private static final int REQUESTS_MAX = 32;
    private static final String WORD = "[A-Za-z]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
    private static final Pattern KIND = Pattern.compile(WORD + "/" + WORD);
    private static final Pattern WANTED_KIND = Pattern.compile("(\\*|" + WORD + ")/" + WORD);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._:-]{0,125}[A-Za-z0-9])?");

    private DeviceRules() {}

    /** Whether {@code text} is a kind such as {@code nvidia.com/gpu}. */
    public static boolean isKind(String text) {
        return KIND.matcher(text).matches();
    }

    /** Whether {@code text} is a name that a device may have within its kind. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Whether {@code text} names one device with its kind, as in {@code nvidia.com/gpu=0}. */
    public static boolean isWhole(String text) {
        int split = text.indexOf('=');
        return split > 0 && isKind(text.substring(0, split)) && isName(text.substring(split + 1));
    }

    /** Whether a request for {@code wanted} may be met by devices of {@code kind}; vendors and classes know no case. */
    public static boolean matches(String wanted, String kind) {
        var type = kind.substring(kind.indexOf('/'));
        return wanted.startsWith(ANY_VENDOR + "/")
                ? type.equalsIgnoreCase(wanted.substring(ANY_VENDOR.length()))
                : kind.equalsIgnoreCase(wanted);
    }

    /** Why these requests can be none; empty when they can. */
    public static Optional<String> problem(List<DeviceRequest> requests) {
        var problems = new ArrayList<String>();
        if (requests.size() > REQUESTS_MAX) {
            problems.add("at most " + REQUESTS_MAX + " requests");
        }
        requests.stream().flatMap(request -> problem(request).stream()).forEach(problems::add);
        return problems.stream().findFirst();
    }

    /** Why a request can be none; empty when it can. */
    public static Optional<String> problem(DeviceRequest request) {
        if (!WANTED_KIND.matcher(request.getKind()).matches()) {
            return Optional.of("'" + request.getKind() + "' is no kind of devices; write such as nvidia.com/gpu");
        }
        return switch (request.getWhichCase()) {
            case COUNT -> count(request.getCount());
            case NAMED -> names(request.getNamed().getNamesList());
            case ALL -> request.getAll() ? Optional.empty() : Optional.of("asks for no device");
            case WHICH_NOT_SET -> Optional.of("asks for no device");
        };
    }

    private static Optional<String> count(int count) {
        return count >= 1 && count <= DEVICES_MAX
                ? Optional.empty()
                : Optional.of("must be from 1 to " + DEVICES_MAX + " devices");
    }

    private static Optional<String> names(List<String> names) {
        if (names.isEmpty() || names.size() > DEVICES_MAX) {
            return Optional.of("must name from 1 to " + DEVICES_MAX + " devices");
        }
        return names.stream()
                .filter(name -> !isName(name))
                .map(name -> "'" + name + "' is no name of a device")
                .findFirst();
    }
}
