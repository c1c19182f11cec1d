package dev.banyan.cli.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.cli.network.Tried.Verdict;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class CheckReportTest {
    @Test
    void isOneLineForEachPairOrderedByNames() {
        var reports = CheckReport.all(List.of(
                well("a2", "shop.web", "name"),
                well("a1", "shop.web", "name"),
                well("a1", "agent a2", "overlay"),
                well("a1", "shop.web", "10.200.0.1:80/tcp")));

        assertThat(reports)
                .extracting(report -> report.from() + " " + report.to())
                .containsExactly("a1 agent a2", "a1 shop.web", "a2 shop.web");
        assertThat(reports.get(1).checks()).extracting(Tried::what).containsExactly("10.200.0.1:80/tcp", "name");
    }

    @Test
    void isWellOnlyWhenEverythingWasTriedAndIsWell() {
        assertThat(one(well("a", "b", "x"), well("a", "b", "y")).isWell()).isTrue();
        assertThat(one(well("a", "b", "x"), gap("a", "b", "away")).isWell()).isFalse();
        assertThat(one(well("a", "b", "x"), failed("a", "b", "y", "refused")).isWell())
                .isFalse();
    }

    @Test
    void countsWhatWasTriedAndGivesReasonsOnce() {
        var report = one(
                well("a1", "shop.web", "name"),
                failed("a1", "shop.web", "10.192.1.2:80/tcp", "refused"),
                failed("a1", "shop.web", "10.192.1.2:80/tcp", "refused"),
                gap("a1", "shop.web", "agent a2 is away"));

        assertThat(report.row())
                .containsExactly("a1", "shop.web", "1 of 3", "failed", "agent a2 is away; 10.192.1.2:80/tcp: refused");
    }

    @Test
    void oneThatWasNotTriedAtAllHasNoCount() {
        assertThat(one(gap("a1", "shop.web", "a1 is away")).row())
                .containsExactly("a1", "shop.web", "", "gap", "a1 is away");
    }

    @Test
    void saysHowManyReasonsItDoesNotSay() {
        var report = one(
                failed("a", "b", "1", "no"),
                failed("a", "b", "2", "no"),
                failed("a", "b", "3", "no"),
                failed("a", "b", "4", "no"),
                failed("a", "b", "5", "no"));

        assertThat(report.row().getLast()).isEqualTo("1: no; 2: no; 3: no; and 2 more");
    }

    @Test
    void programsGetEveryCheck() {
        var item = one(
                        new Tried("a", "b", "x", new Verdict.Well(""), 1_500),
                        failed("a", "b", "y", "refused"),
                        gap("a", "b", "away"))
                .item();

        assertThat(item).containsEntry("from", "a").containsEntry("to", "b").containsEntry("result", "failed");
        assertThat(item.get("checks"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactly(
                        Map.of("what", "", "result", "gap", "reason", "away", "took_us", 0L),
                        Map.of("what", "x", "result", "ok", "reason", "", "took_us", 1_500L),
                        Map.of("what", "y", "result", "failed", "reason", "refused", "took_us", 0L));
    }

    private static CheckReport one(Tried... tried) {
        var all = CheckReport.all(List.of(tried));
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static Tried well(String from, String to, String what) {
        return new Tried(from, to, what, new Verdict.Well(""), 1);
    }

    private static Tried failed(String from, String to, String what, String why) {
        return Tried.failed(from, to, what, why);
    }

    private static Tried gap(String from, String to, String why) {
        return Tried.gap(from, to, why);
    }
}
