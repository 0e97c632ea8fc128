using Oddswire.Core.Domain;
using Oddswire.Infrastructure.Logs.Kafka.Admin;

namespace Oddswire.Tests.Logs;

public sealed class TopicPlannerTests
{
    private static readonly TopicLayout Layout = new();

    [Fact]
    public void By_default_the_topics_are_those_of_the_design()
    {
        var topics = Layout.Topics(Leagues.All).ToDictionary(topic => topic.Name);
        topics["raw.events.nfl"].Partitions.ShouldBe(50);
        topics["odds.updates.internal.nba"].Partitions.ShouldBe(10);
        topics["events.normalized.mlb"].Partitions.ShouldBe(5);
        topics["state.price.nfl"].Partitions.ShouldBe(50);
        topics["state.ingest.nfl"].Partitions.ShouldBe(1);
        topics.Values.ShouldAllBe(topic => topic.Replication == 3 && topic.Settings![TopicSettings.MinInsyncReplicas] == "2");
        topics.Values.Where(topic => topic.Name.StartsWith("state.", StringComparison.Ordinal)).ShouldAllBe(topic => topic.Settings![TopicSettings.CleanupPolicy] == "compact");
        topics["raw.events.nfl"].Settings![TopicSettings.Retention].ShouldBe("1209600000");
    }

    [Fact]
    public void A_cluster_without_the_topics_gets_all_of_them()
    {
        var plan = TopicPlanner.Plan(Layout.Topics(Leagues.All), Existing([]));
        plan.ShouldAllBe(change => change.Kind == TopicChangeKind.Create);
    }

    [Fact]
    public void Applied_once_nothing_is_left_to_do()
    {
        var wanted = Layout.Topics([League.Nba]);
        TopicPlanner.Plan(wanted, Existing(wanted)).ShouldAllBe(change => change.Kind == TopicChangeKind.Same);
    }

    [Fact]
    public void A_setting_that_differs_is_altered_and_only_that()
    {
        var plan = PlanOne(TopicSettings.MinInsyncReplicas, "1");
        plan.Single().Kind.ShouldBe(TopicChangeKind.Alter);
        plan.Single().Settings.ShouldBe(new Dictionary<string, string> { [TopicSettings.MinInsyncReplicas] = "2" });
        plan.Single().Detail.ShouldBe("min.insync.replicas 1 -> 2");
    }

    [Theory]
    [InlineData(TopicSettings.Retention, "604800000", TopicChangeKind.Alter)]
    [InlineData(TopicSettings.Retention, "99999999999", TopicChangeKind.Refused)]
    [InlineData(TopicSettings.Retention, "-1", TopicChangeKind.Refused)]
    [InlineData(TopicSettings.CleanupPolicy, "compact", TopicChangeKind.Refused)]
    [InlineData(TopicSettings.MaxMessageBytes, "1048588", TopicChangeKind.Alter)]
    [InlineData(TopicSettings.MaxMessageBytes, "99999999", TopicChangeKind.Same)]
    public void Nothing_that_would_delete_records_is_altered(string name, string now, TopicChangeKind expected) =>
        PlanOne(name, now).Single().Kind.ShouldBe(expected);

    [Theory]
    [InlineData(3, 3, "keys would move")]
    [InlineData(99, 3, "never removed")]
    [InlineData(10, 1, "kafka-reassign-partitions.sh")]
    public void Partitions_and_copies_are_never_changed_and_the_reason_is_said(int partitions, int replication, string reason)
    {
        var wanted = Layout.Topics([League.Nba])[0];
        var change = TopicPlanner.Plan([wanted], Existing([wanted with { Partitions = partitions, Replication = replication }])).Single();
        change.Kind.ShouldBe(TopicChangeKind.Refused);
        change.Settings.ShouldBeEmpty();
        change.Detail.ShouldContain(reason);
    }

    [Fact]
    public void Topics_of_others_are_left_alone_and_unknown_settings_are_said_to_be_unknown()
    {
        var wanted = Layout.Topics([League.Nba])[0];
        var plan = TopicPlanner.Plan([wanted], Existing([wanted with { Settings = null }, wanted with { Name = "somebody-elses" }]));
        plan.Single().Kind.ShouldBe(TopicChangeKind.Refused);
        plan.Single().Detail.ShouldContain("cannot be read");
    }

    [Fact]
    public void Whatever_a_cluster_has_applying_the_plan_once_leaves_nothing_but_refusals()
    {
        var wanted = Layout.Topics([League.Mlb]);
        for (var seed = 0; seed < 200; seed++)
        {
            var dice = new Random(seed);
            var cluster = Existing([.. wanted.Where(_ => dice.Next(3) > 0).Select(topic => Spoil(topic, dice))]).ToDictionary();
            var before = cluster.ToDictionary();
            foreach (var change in TopicPlanner.Plan(wanted, cluster))
            {
                if (change.Kind == TopicChangeKind.Create)
                {
                    cluster[change.Topic.Name] = change.Topic;
                }
                else if (change.Kind == TopicChangeKind.Alter)
                {
                    cluster[change.Topic.Name] = cluster[change.Topic.Name] with
                    {
                        Settings = cluster[change.Topic.Name].Settings!.Where(setting => !change.Settings.ContainsKey(setting.Key)).Concat(change.Settings).ToDictionary(),
                    };
                }
            }

            TopicPlanner.Plan(wanted, cluster).ShouldAllBe(change => change.Kind == TopicChangeKind.Same || change.Kind == TopicChangeKind.Refused, $"seed {seed}");
            before.ShouldAllBe(topic => cluster[topic.Key].Partitions == topic.Value.Partitions && Kept(cluster[topic.Key]) >= Kept(topic.Value), $"seed {seed}");
        }
    }

    [Fact]
    public void Each_role_is_allowed_what_it_reads_and_writes_and_nothing_else()
    {
        var price = RoleAcls.Of("prod.", [League.Nfl]).Where(acl => acl.Role == "price").ToList();
        price.Where(acl => acl.Resource == "topic" && acl.Operations.Contains("Write")).Select(acl => acl.Name)
            .ShouldBe(["prod.odds.updates.internal.nfl", "prod.odds.shadow.nfl", "prod.state.price.nfl"], ignoreOrder: true);
        price.Where(acl => acl.Resource == "topic" && acl.Operations.Contains("Read")).Select(acl => acl.Name)
            .ShouldBe(["prod.events.normalized.nfl", "prod.state.price.nfl"], ignoreOrder: true);
        price.Select(acl => acl.ToCommand()).ShouldContain(
            "kafka-acls.sh --bootstrap-server \"$BOOTSTRAP_CORE\" --add --allow-principal \"User:$PRINCIPAL_PRICE\" --operation Read --operation Describe --topic 'prod.events.normalized.nfl'");
        RoleAcls.Of("", Leagues.All).Where(acl => acl.Role != "admin").ShouldAllBe(acl => !acl.Operations.Contains("Delete") && !acl.Operations.Contains("Alter") && !acl.Operations.Contains("AlterConfigs"));
    }

    [Fact]
    public void Replicate_is_allowed_its_names_on_either_cluster_with_the_prefix_of_each()
    {
        var replicate = RoleAcls.Of("prod.", [League.Nfl], "pub.").Where(acl => acl.Role == "replicate").ToList();
        replicate.Where(acl => acl.Cluster == "core" && acl.Resource != "cluster").ShouldAllBe(acl => acl.Name.StartsWith("prod.") && !acl.Operations.Contains("Write"));
        replicate.Where(acl => acl.Cluster == "edge" && acl.Resource == "topic").Select(acl => acl.Name).ShouldBe(["pub.odds.updates.public.nfl", "pub.state.replicate.nfl"]);
        replicate.Where(acl => acl.Resource == "transactional-id").ShouldHaveSingleItem().Name.ShouldBe("pub.oddswire.pub.replicate.nfl.");
    }

    private static IReadOnlyList<TopicChange> PlanOne(string setting, string now)
    {
        var wanted = Layout.Topics([League.Nba])[0];
        return TopicPlanner.Plan([wanted], Existing([wanted with { Settings = new Dictionary<string, string>(wanted.Settings!) { [setting] = now } }]));
    }

    private static PlannedTopic Spoil(PlannedTopic topic, Random dice) => topic with
    {
        Partitions = dice.Next(1, 9),
        Replication = dice.Next(1, 4),
        Settings = topic.Settings!.Where(_ => dice.Next(4) > 0).ToDictionary(setting => setting.Key, setting => dice.Next(3) == 0 ? $"{dice.NextInt64(-1, 4_000_000_000)}" : setting.Value),
    };

    private static long Kept(PlannedTopic topic) =>
        topic.Settings?.GetValueOrDefault(TopicSettings.Retention) is { } text && long.Parse(text) is var kept ? (kept < 0 ? long.MaxValue : kept) : 0;

    private static IReadOnlyDictionary<string, PlannedTopic> Existing(IReadOnlyList<PlannedTopic> topics) => topics.ToDictionary(topic => topic.Name);
}
