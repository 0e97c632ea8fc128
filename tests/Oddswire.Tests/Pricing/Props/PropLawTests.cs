using FsCheck;
using FsCheck.Fluent;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Tests.Pricing.Props;

/// <summary>The laws of what players will still do.</summary>
public sealed class PropLawTests
{
    [Theory]
    [InlineData(0.3, 0.5)]
    [InlineData(4, 3)]
    [InlineData(22, 9)]
    [InlineData(8, 1e6)]
    public void A_count_has_the_mean_and_the_variance_it_was_asked_for(double mean, double size)
    {
        var law = new double[400];
        var n = CountLaw.Fill(mean, size, law);
        var sum = law.Take(n).Sum();
        var first = law.Take(n).Select((p, k) => p * k).Sum();
        var second = law.Take(n).Select((p, k) => p * k * k).Sum() - (first * first);

        sum.ShouldBe(1, 1e-8);
        first.ShouldBe(mean, 1e-5);
        second.ShouldBe(mean + (mean * mean / size), 1e-3);
        CountLaw.Log(mean, size, 3).ShouldBe(Math.Log(law[3]), 1e-9);
    }

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void Ladders_are_monotone_and_chances_stay_within_one_over_random_games(League league) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var (model, box, line) = Situation(league, random);
            foreach (var statistic in PropStatistics.Of(league).ToArray())
            {
                var law = model.Rest(line, statistic);
                double before = 1;
                for (var amount = -20; amount < 300; amount += 1 + random.Next(3))
                {
                    var chance = law.MoreThan(amount).Value;
                    chance.ShouldBeInRange(0, before + 1e-9);
                    before = chance;
                }

                double.IsFinite(law.Mean).ShouldBeTrue();
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_narrower_spread_leaves_the_mean_and_takes_from_both_tails()
    {
        var (model, _, line) = Situation(League.Nba, new Random(7));
        model.TrySpread(PlayerStatistic.Points, 1);
        var wide = model.Rest(line, PlayerStatistic.Points);
        var (mean, high) = (wide.Mean, (int)(3 * wide.Mean) + 3);
        var (none, many) = (1 - wide.Above(0), wide.Above(high));
        model.TrySpread(PlayerStatistic.Points, 0.5);
        var narrow = model.Rest(line, PlayerStatistic.Points);

        narrow.Mean.ShouldBe(mean, 1e-9);
        (1 - narrow.Above(0)).ShouldBeLessThan(none);
        narrow.Above(high).ShouldBeLessThan(many);
    }

    [Fact]
    public void A_box_score_does_not_depend_on_the_order_of_changes_and_forgets_what_is_withdrawn() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var changes = Enumerable.Range(0, 60)
                .Select(_ => new PlayerChange($"p{random.Next(5)}", (PlayerStatistic)random.Next(1, 6), random.Next(-5, 30), (Side)random.Next(2)))
                .ToList();
            var sides = changes.GroupBy(static change => change.Player).ToDictionary(static player => player.Key, static player => player.First().Side);
            changes = [.. changes.Select(change => change with { Side = sides[change.Player] })];
            var (straight, other) = (new BoxScore(League.Nfl), new BoxScore(League.Nfl));
            changes.ForEach(change => straight.Apply(change, null, null));
            var wrong = new PlayerChange("p1", PlayerStatistic.RushingYards, 12, sides.GetValueOrDefault("p1", Side.Home));
            other.Apply(wrong, null, null);
            foreach (var change in changes.OrderBy(_ => random.Next()).ToList())
            {
                other.Apply(change, null, null);
            }

            other.Apply(wrong, null, null, isWithdrawn: true);
            foreach (var line in straight.Players)
            {
                for (var statistic = PlayerStatistic.PassingYards; statistic <= PlayerStatistic.Touchdowns; statistic++)
                {
                    other.Find(line.Id)![statistic].ShouldBe(line[statistic]);
                    other.Team(line.Side!.Value, statistic).ShouldBe(straight.Team(line.Side.Value, statistic));
                }
            }
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void The_files_built_in_are_written_as_they_are_read(League league)
    {
        var parameters = PropFiles.Parameters(league);
        var bytes = PropFiles.Write(parameters);
        PropFiles.Write(PropFiles.ReadParameters(bytes, "again")).ShouldBe(bytes);
        parameters.Version.ShouldStartWith($"{league.Code()}-props-");
        PropFiles.Book(league).Players.Count.ShouldBeGreaterThan(300);
    }

    [Fact]
    public void A_file_with_a_key_too_many_is_refused_by_name()
    {
        var text = System.Text.Encoding.UTF8.GetString(PropFiles.Write(PropFiles.Parameters(League.Nba))).Replace("\"base\"", "\"bases\"", StringComparison.Ordinal);
        Should.Throw<Oddswire.Core.Pricing.Parameters.ModelFileException>(() => PropFiles.ReadParameters(System.Text.Encoding.UTF8.GetBytes(text), "props-nba.json"))
            .Message.ShouldContain("base");
    }

    private static (PropModel Model, BoxScore Box, PlayerLine Line) Situation(League league, Random random)
    {
        var model = PropModel.Create(league);
        var box = new BoxScore(league);
        var slot = league == League.Mlb ? random.Next(1, 10) : random.Next(2);
        box.Apply(new PlayerChange("x", PlayerStatistic.Listed, slot, Side.Home), null, null);
        if (league == League.Mlb && random.Next(3) == 0)
        {
            box.Apply(new PlayerChange("x", PlayerStatistic.Pitching, 1, Side.Home), null, null);
        }

        foreach (var statistic in Enum.GetValues<PlayerStatistic>().Where(static s => s is not (PlayerStatistic.None or PlayerStatistic.Listed or PlayerStatistic.Pitching or PlayerStatistic.Gone)))
        {
            if (random.Next(2) == 0)
            {
                box.Apply(new PlayerChange("x", statistic, statistic == PlayerStatistic.OnCourt ? 1 : random.Next(0, 30), Side.Home), null, null);
            }
        }

        var state = new GameState
        {
            Phase = GamePhase.Live,
            Period = random.Next(1, league == League.Mlb ? 12 : 6),
            ClockTenths = league == League.Mlb ? -1 : random.Next(0, 3_000),
            Score = new Score(random.Next(0, 12), random.Next(0, 12)),
            Possession = (Side)random.Next(2),
            Baseball = league == League.Mlb ? new BaseballSituation(random.Next(3), null, null, null) : null,
        };
        var info = GameModels.InfoWhenUnknown(league);
        model.Look(state, info, GameModels.Create(league).Solve(state, info), box);
        model.Look(box.Players[0], box);
        return (model, box, box.Players[0]);
    }
}
