using Oddswire.Core.Domain;
using Oddswire.Infrastructure.Logs.Kafka.Admin;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>A plan carried out over the real protocol: by the mock's gateway, or by the cluster that <c>ODDSWIRE_TEST_KAFKA</c> names.</summary>
public sealed class TopicsOnClusterTests
{
    [Fact]
    public async Task Applied_once_a_plan_has_nothing_left_to_do_and_a_longer_retention_is_altered_in_place()
    {
        await using var kafka = KafkaRig.Open(nfl: 3, withTopics: false);
        using var admin = new KafkaTopicAdmin(kafka.Place.Connection);
        var layout = kafka.Place.Layout;
        var made = await ApplyAsync(admin, layout);
        made.ShouldAllBe(change => change.Kind == TopicChangeKind.Create);
        made.Count.ShouldBe(layout.Topics([League.Nfl]).Count);
        (await ApplyAsync(admin, layout)).ShouldBeEmpty();
        var longer = await ApplyAsync(admin, layout with { Retention = TimeSpan.FromDays(30) });
        longer.ShouldNotBeEmpty();
        longer.ShouldAllBe(change => change.Kind == TopicChangeKind.Alter);
        (await ApplyAsync(admin, layout with { Retention = TimeSpan.FromDays(30) })).ShouldBeEmpty();
        var wanted = layout.Topics([League.Nfl]);
        var shorter = TopicPlanner.Plan(wanted, await admin.ReadAsync([.. wanted.Select(topic => topic.Name)]));
        shorter.ShouldContain(change => change.Kind == TopicChangeKind.Refused && change.Detail.Contains("not shortened", StringComparison.Ordinal));
    }

    /// <summary>What was done.</summary>
    private static async Task<IReadOnlyList<TopicChange>> ApplyAsync(KafkaTopicAdmin admin, TopicLayout layout)
    {
        var wanted = layout.Topics([League.Nfl]);
        var done = new List<TopicChange>();
        await admin.ApplyAsync(TopicPlanner.Plan(wanted, await admin.ReadAsync([.. wanted.Select(topic => topic.Name)])), done.Add);
        return done;
    }
}
