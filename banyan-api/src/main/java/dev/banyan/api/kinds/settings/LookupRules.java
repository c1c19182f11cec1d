package dev.banyan.api.kinds.settings;

import dev.banyan.api.v1.NameLookup;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a service may ask for when names are looked up. Pure; adds to what was found before. */
record LookupRules(List<SettingsProblem> problems) {
    /** More would never be asked: a lookup gives up before. */
    static final int SERVERS_MAX = 8;

    /** Each is a question of its own for every short name that is not found. */
    static final int SEARCHES_MAX = 16;

    static final int OPTIONS_MAX = 16;
    private static final int DOMAIN_MAX = 253;

    private static final Pattern IPV4 = Pattern.compile(
            "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9a-fA-F:]{2,39}");
    private static final Pattern DOMAIN =
            Pattern.compile("\\.|[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\\.[A-Za-z0-9_-]{1,63})*\\.?");
    private static final Pattern OPTION = Pattern.compile("[a-z0-9-]{1,32}(:[0-9]{1,5})?");

    void check(NameLookup lookup) {
        each("dns", lookup.getServersList(), SERVERS_MAX, LookupRules::isAddress, "is no address of a name server");
        each(
                "dns_search",
                lookup.getSearchesList(),
                SEARCHES_MAX,
                domain ->
                        domain.length() <= DOMAIN_MAX && DOMAIN.matcher(domain).matches(),
                "is no domain");
        each(
                "dns_opt",
                lookup.getOptionsList(),
                OPTIONS_MAX,
                option -> OPTION.matcher(option).matches(),
                "is no option of a resolver, such as ndots:2");
    }

    private static boolean isAddress(String text) {
        return IPV4.matcher(text).matches() || IPV6.matcher(text).matches();
    }

    private void each(String key, List<String> values, int most, Predicate<String> fits, String message) {
        if (values.size() > most) {
            problems.add(new SettingsProblem(List.of(key), "has more than " + most + " entries"));
        }
        for (int i = 0; i < values.size(); i++) {
            if (!fits.test(values.get(i))) {
                problems.add(
                        new SettingsProblem(List.of(key, Integer.toString(i)), "'" + values.get(i) + "' " + message));
            }
        }
    }
}
