using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Mlb;

namespace Oddswire.Tests.Pricing;

/// <summary>The MLB model against games played out play by play with its own transitions, and what its rules demand.</summary>
public sealed class MlbModelTests
{
    private const int Games = 60_000;
    private const double Tolerance = 0.011;

    private static readonly MlbParameters BuiltIn = (MlbParameters)GameModels.BuiltIn(League.Mlb).Parameters;

    // Without a day's strength and with all innings alike, the transitions alone decide: a game can be played out.
    private static readonly MlbParameters Plain = BuiltIn with { DaySd = 0, InningTilts = new double[MlbParameters.Innings] };

    [Theory]
    [InlineData(1, false, 0, 0, 0, 0)]
    [InlineData(4, true, 1, 5, 2, 3)]
    [InlineData(5, false, 2, 4, 3, 3)]
    [InlineData(9, true, 1, 1, 3, 4)]
    [InlineData(9, false, 0, 0, 4, 4)]
    [InlineData(10, false, 0, 2, 2, 2)]
    public void Every_reading_is_what_games_played_out_show(int inning, bool isBottom, int outs, int bases, int home, int away)
    {
        var (state, info) = StateOf(inning, isBottom, outs, bases, home, away);
        var model = new MlbModel(Plain, "mlb-innings-plain");
        var solved = model.Solve(state, info);

        var played = PlayOut(state, info);

        solved.Result().Over.Value.ShouldBe(played.Share(game => game.Home > game.Away), Tolerance);
        solved.Total(new Line(850)).Over.Value.ShouldBe(played.Share(game => game.Home + game.Away > 8.5), Tolerance);
        solved.TeamTotal(Side.Home, new Line(350)).Over.Value.ShouldBe(played.Share(game => game.Home > 3.5), Tolerance);
        solved.HalfInningRuns(new Line(50))!.Value.Over.Value.ShouldBe(played.Share(game => game.RunsInHalf > 0), Tolerance);
        solved.NextScore()!.Value.Over.Value.ShouldBe(played.Share(game => game.Next == Side.Home), Tolerance);
        solved.NextScore()!.Value.Under.Value.ShouldBe(played.Share(game => game.Next == Side.Away), Tolerance);
        solved.RaceTo(5)!.Value.Over.Value.ShouldBe(played.Share(game => game.FirstToFive == Side.Home), Tolerance);
        solved.RaceTo(5)!.Value.Under.Value.ShouldBe(played.Share(game => game.FirstToFive == Side.Away), Tolerance);
        solved.Covers(MarketScope.FirstFiveInnings).ShouldBe(inning <= 5);
        if (inning <= 5)
        {
            solved.Result(MarketScope.FirstFiveInnings).Over.Value.ShouldBe(played.Share(game => game.HomeAfterFive > game.AwayAfterFive), Tolerance);
            solved.Result(MarketScope.FirstFiveInnings).Push.Value.ShouldBe(played.Share(game => game.HomeAfterFive == game.AwayAfterFive), Tolerance);
            solved.Total(new Line(450), MarketScope.FirstFiveInnings).Over.Value
                .ShouldBe(played.Share(game => game.HomeAfterFive + game.AwayAfterFive > 4.5), Tolerance);
        }
    }

    [Fact]
    public void A_team_that_scored_is_thought_stronger_for_the_day_and_one_that_did_not_weaker()
    {
        var model = new MlbModel(BuiltIn with { DaySd = 0.1 }, "mlb-innings-day");
        var (state, info) = StateOf(6, false, 0, 0, 3, 3);

        var usual = AwayToCome(model, state, info);
        var scored = AwayToCome(model, state with { Score = new Score(3, 8) }, info);
        var silent = AwayToCome(model, state with { Score = new Score(3, 0) }, info);

        scored.ShouldBeGreaterThan(usual);
        silent.ShouldBeLessThan(usual);
    }

    [Fact]
    public void Before_anything_has_happened_the_day_is_open()
    {
        var figures = new MlbModel(BuiltIn, "mlb-innings-x").Explain(new GameState(), GameModels.InfoWhenUnknown(League.Mlb));

        figures.Single(figure => figure.Name.StartsWith("strength of the day", StringComparison.Ordinal)).Value.ShouldBe("0.1667 0.6667 0.1667");
    }

    [Fact]
    public void Line_score_and_runners_explain_the_whole_chance_to_win()
    {
        var (state, info) = StateOf(7, false, 1, 7, 3, 2);
        var figures = GameModels.Create(League.Mlb).Explain(state, info).ToDictionary(figure => figure.Name, figure => figure.Value);
        double First(string name) => double.Parse(figures[name].Split(',')[0]);

        (First("line alone: home win, margin (runs)") + First("score and inning add") + First("outs and runners add"))
            .ShouldBe(double.Parse(figures["home win, away win"].Split(' ')[0]), 2e-4);
        First("outs and runners add").ShouldBeLessThan(-0.05, "three away runners are on");
    }

    [Fact]
    public void An_extra_inning_begins_with_the_automatic_runner()
    {
        var (state, info) = StateOf(9, true, 2, 0, 4, 4);
        var model = GameModels.Create(League.Mlb);

        var without = model.Solve(state, info).Total(new Line(950)).Over.Value;
        var with = model.Solve(state, info with { AutomaticRunnerBase = 2 }).Total(new Line(950)).Over.Value;

        with.ShouldBeGreaterThan(without);
    }

    [Fact]
    public void A_lead_in_the_middle_of_the_last_inning_ends_the_game_when_the_side_is_retired()
    {
        var (state, info) = StateOf(7, true, 2, 0, 2, 5);
        var model = GameModels.Create(League.Mlb);

        var seven = model.Solve(state, info with { RegulationPeriods = 7 }).Result().Over.Value;
        var nine = model.Solve(state, info).Result().Over.Value;

        seven.ShouldBeLessThan(nine / 2);
    }

    private static double AwayToCome(MlbModel model, GameState state, GameInfo info) =>
        (model.Solve(state, info).Mean().AwayHundredths / 100.0) - state.Score.Away;

    private static (GameState State, GameInfo Info) StateOf(int inning, bool isBottom, int outs, int bases, int home, int away)
    {
        string? Runner(int bit) => (bases & bit) != 0 ? "runner" : null;
        var sheet = ScoreSheet.Empty;
        for (var half = 1; half < (2 * inning) - (isBottom ? 0 : 1); half++)
        {
            sheet = sheet.WithTurnEnd(DriveEnd.None);
        }

        return (
            new GameState
            {
                Phase = GamePhase.Live,
                Period = inning,
                Score = new Score(home, away),
                Possession = isBottom ? Side.Home : Side.Away,
                Baseball = new BaseballSituation(outs, Runner(1), Runner(2), Runner(4)),
                Sheet = sheet,
            },
            GameModels.InfoWhenUnknown(League.Mlb) with { Line = AverageLine.Value });
    }

    // The line at which both teams play as the league does on average: what whole games played out show.
    private static readonly Lazy<PregameLine> AverageLine = new(static () =>
    {
        var played = PlayOut(
            new GameState { Phase = GamePhase.Live, Period = 1, Possession = Side.Away, Baseball = BaseballSituation.Empty }, GameModels.InfoWhenUnknown(League.Mlb));
        return new PregameLine
        {
            HomeWin = Probability.RoundNearest(played.Share(game => game.Home > game.Away)),
            TotalHundredths = (int)(played.Games.Average(game => game.Home + game.Away) * 100),
        };
    });

    private static Played PlayOut(GameState from, GameInfo info)
    {
        var random = new Random(7);
        var byState = BuiltIn.Transitions.GroupBy(play => play.From).ToDictionary(plays => plays.Key, plays => plays.ToArray());
        var games = new PlayedGame[Games];
        for (var i = 0; i < Games; i++)
        {
            games[i] = PlayGame(from, info.RegulationPeriods, byState, random);
        }

        return new Played(games);
    }

    private static PlayedGame PlayGame(GameState from, int innings, Dictionary<int, BaseOutTransition[]> plays, Random random)
    {
        var game = new PlayedGame { Home = from.Score.Home, Away = from.Score.Away };
        var state = (from.Baseball!.Value.Outs * 8) + from.Baseball.Value.BasesMask;
        var (inning, isBottom, isFirstHalf) = (from.Period, from.Possession == Side.Home, true);
        while (true)
        {
            while (state != MlbParameters.End && !(isBottom && inning >= innings && game.Home > game.Away))
            {
                var play = Draw(plays[state], random);
                state = play.To;
                var isWalkOff = isBottom && inning >= innings && game.Home + play.Runs > game.Away;
                game = Score(game, isWalkOff ? game.Away - game.Home + WalkOffMargin(random) : play.Runs, isBottom, isFirstHalf);
            }

            if (inning == 5 && isBottom)
            {
                (game.HomeAfterFive, game.AwayAfterFive) = (game.Home, game.Away);
            }

            if (inning >= innings && game.Home != game.Away && (isBottom || game.Home > game.Away))
            {
                return game;
            }

            (inning, isBottom, isFirstHalf, state) = (isBottom ? inning + 1 : inning, !isBottom, false, 0);
        }
    }

    private static PlayedGame Score(PlayedGame game, int runs, bool isBottom, bool isFirstHalf)
    {
        for (var run = 0; run < runs; run++)
        {
            (game.Home, game.Away) = isBottom ? (game.Home + 1, game.Away) : (game.Home, game.Away + 1);
            game.Next ??= isBottom ? Side.Home : Side.Away;
            game.FirstToFive ??= game.Home >= 5 ? Side.Home : game.Away >= 5 ? Side.Away : null;
        }

        game.RunsInHalf += isFirstHalf ? runs : 0;
        return game;
    }

    // By how much a walk-off wins is no matter of its runs alone (a hit that ends the game counts only as far as needed): the model has what was seen.
    private static int WalkOffMargin(Random random)
    {
        var at = random.Next(Probability.One);
        return 1 + Enumerable.Range(0, 3).Count(i => at >= Plain.WalkOffMargins.Take(i + 1).Sum());
    }

    private static BaseOutTransition Draw(BaseOutTransition[] plays, Random random)
    {
        var at = random.Next(Probability.One);
        foreach (var play in plays)
        {
            at -= play.Millionths;
            if (at < 0)
            {
                return play;
            }
        }

        return plays[^1];
    }

    private struct PlayedGame
    {
        public int Home;
        public int Away;
        public int HomeAfterFive;
        public int AwayAfterFive;
        public int RunsInHalf;
        public Side? Next;
        public Side? FirstToFive;
    }

    private sealed record Played(PlayedGame[] Games)
    {
        public double Share(Func<PlayedGame, bool> condition) => Games.Count(condition) / (double)Games.Length;
    }
}
