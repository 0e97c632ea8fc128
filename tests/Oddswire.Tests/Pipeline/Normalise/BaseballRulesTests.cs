using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Normalise;

namespace Oddswire.Tests.Pipeline.Normalise;

public sealed class BaseballRulesTests
{
    private static readonly GameId Game = GameId.Of(League.Mlb, "ANA202007280");
    private static readonly BaseballPlay Strikeout = new() { Inning = 9, Batting = Side.Away, Batter = "a", BatterTo = 0, Outs = 1 };
    private static readonly BaseballPlay HomeRun = new() { Inning = 9, Batting = Side.Home, Batter = "h", BatterTo = 4 };
    private readonly BaseballRules _rules = new();

    [Fact]
    public void The_third_out_shows_the_next_half_with_nobody_on()
    {
        var after = Play(At(5, Side.Away, 2, first: "r"), Strikeout with { Inning = 5 });
        (after.Period, after.Possession, after.Phase).ShouldBe((5, Side.Home, GamePhase.Live));
        after.Baseball.ShouldBe(BaseballSituation.Empty);
        after = Play(after with { Baseball = new BaseballSituation(2, null, "r", null) }, Strikeout with { Inning = 5, Batting = Side.Home });
        (after.Period, after.Possession).ShouldBe((6, Side.Away));
    }

    [Fact]
    public void A_walk_off_ends_the_game_at_once()
    {
        var after = Play(At(9, Side.Home, 1) with { Score = new Score(3, 3) }, HomeRun);
        after.Phase.ShouldBe(GamePhase.Final);
        after.Score.ShouldBe(new Score(4, 3));
        Play(At(8, Side.Home, 1) with { Score = new Score(3, 3) }, HomeRun with { Inning = 8 }).Phase.ShouldBe(GamePhase.Live);
    }

    [Theory]
    [InlineData(4, 3, GamePhase.Final)]
    [InlineData(3, 3, GamePhase.Live)]
    [InlineData(3, 4, GamePhase.Live)]
    public void The_home_team_does_not_bat_in_the_last_inning_when_it_leads(int home, int away, GamePhase phase) =>
        Play(At(9, Side.Away, 2) with { Score = new Score(home, away) }, Strikeout).Phase.ShouldBe(phase);

    [Theory]
    [InlineData(3, 4, GamePhase.Final)]
    [InlineData(3, 3, GamePhase.Live)]
    public void The_last_out_ends_a_game_that_is_not_tied(int home, int away, GamePhase phase) =>
        Play(At(9, Side.Home, 2) with { Score = new Score(home, away) }, Strikeout with { Batting = Side.Home }).Phase.ShouldBe(phase);

    [Fact]
    public void A_game_over_seven_innings_ends_after_seven() =>
        Play(At(7, Side.Away, 2) with { Score = new Score(1, 0) }, Strikeout with { Inning = 7 }, Info(innings: 7)).Phase.ShouldBe(GamePhase.Final);

    [Fact]
    public void Where_the_home_team_bats_first_the_visitors_have_the_last_turn()
    {
        var info = Info() with { HomeBatsFirst = true };
        var started = _rules.Apply(new GameState(), Event(EventKind.Info) with { Info = info }, info);
        started.Possession.ShouldBe(Side.Home);
        var after = Play(At(9, Side.Home, 2) with { Score = new Score(2, 2) }, Strikeout with { Batting = Side.Home }, info);
        (after.Period, after.Possession, after.Phase).ShouldBe((9, Side.Away, GamePhase.Live));
        Play(after, HomeRun with { Batting = Side.Away }, info).Phase.ShouldBe(GamePhase.Final);
        Play(At(9, Side.Home, 2) with { Score = new Score(1, 2) }, Strikeout with { Batting = Side.Home }, info).Phase.ShouldBe(GamePhase.Final);
    }

    [Fact]
    public void An_extra_inning_begins_with_the_automatic_runner_even_before_he_is_named()
    {
        var info = Info() with { AutomaticRunnerBase = 2 };
        var after = Play(At(9, Side.Home, 2) with { Score = new Score(2, 2) }, Strikeout with { Batting = Side.Home }, info);
        after.Baseball!.Value.Second.ShouldBe(BaseballRules.AutomaticRunner);
        var named = Play(after, new BaseballPlay { Inning = 0, Batting = Side.Away, Batter = "lopet001", PlacedOnBase = 2 }, info);
        named.Baseball.ShouldBe(new BaseballSituation(0, null, "lopet001", null));
        named.Period.ShouldBe(10);
    }

    [Fact]
    public void A_shortened_game_is_over_with_the_final_record_and_keeps_its_score()
    {
        var after = _rules.Apply(At(6, Side.Away, 1) with { Score = new Score(2, 5) }, Event(EventKind.GameEnd), Info());
        (after.Phase, after.Score).ShouldBe((GamePhase.Final, new Score(2, 5)));
    }

    [Fact]
    public void What_cannot_be_is_objected_to_with_a_code()
    {
        var before = At(5, Side.Away, 2, first: "r", third: "s");
        Objection(before, Strikeout with { Inning = 5, Outs = 2, FirstTo = 0 }).ShouldBe("too-many-outs");
        Objection(before, Strikeout with { Inning = 5, Outs = 0, BatterTo = 1, SecondTo = 3 }).ShouldBe("runner-from-empty-base");
        Objection(before, Strikeout with { Inning = 5, Outs = 0, BatterTo = 1 }).ShouldBe("two-runners-on-a-base");
        Objection(before, Strikeout with { Inning = 6 }).ShouldBe("wrong-half-inning");
        Objection(before, Strikeout with { Inning = 5, Batting = Side.Home }).ShouldBe("wrong-half-inning");
        Objection(before with { Phase = GamePhase.Final }, Strikeout with { Inning = 5 }).ShouldBe("play-after-end");
        Objection(new GameState(), Strikeout).ShouldBe("wrong-half-inning");
        Objection(before, Strikeout with { Inning = 0 }).ShouldBe("impossible-play");
        _rules.Objection(before, Event(EventKind.Play))!.Value.Reason.ShouldBe("no-baseball-play");
        Objection(before, Strikeout with { Inning = 5 }).ShouldBeNull();
    }

    [Fact]
    public void While_messages_are_missing_nothing_is_called_impossible_and_the_play_says_the_half()
    {
        var before = At(5, Side.Away, 2, first: "r") with { MissingMessages = 2 };
        var play = Strikeout with { Inning = 5, Batting = Side.Home, Outs = 0, BatterTo = 1, SecondTo = 4 };
        Objection(before, play).ShouldBeNull();
        var after = Play(before, play);
        (after.Period, after.Possession).ShouldBe((5, Side.Home));
        after.Baseball.ShouldBe(new BaseballSituation(0, "a", null, null));
    }

    private string? Objection(GameState before, BaseballPlay play) => _rules.Objection(before, Event(EventKind.Play) with { Baseball = play })?.Reason;

    private GameState Play(GameState before, BaseballPlay play, GameInfo? info = null) =>
        _rules.Apply(before, Event(EventKind.Play) with { Baseball = play }, info ?? Info());

    private static GameEvent Event(EventKind kind) => new() { GameId = Game, Key = "1", Order = 1, Kind = kind };

    private static GameInfo Info(int innings = 9) => new() { Home = new Team("ANA", "A"), Away = new Team("SEA", "S"), RegulationPeriods = innings };

    private static GameState At(int inning, Side batting, int outs, string? first = null, string? third = null) => new()
    {
        Phase = GamePhase.Live,
        Period = inning,
        Possession = batting,
        Baseball = new BaseballSituation(outs, first, null, third),
    };
}
