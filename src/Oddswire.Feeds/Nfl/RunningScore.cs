using Oddswire.Core.Domain;

namespace Oddswire.Feeds.Nfl;

/// <summary>
/// The score after every play of a whole document. The plays' statistics say who scored; real documents lack some plays (most often the try after
/// a touchdown by defence or return), so what is missing against the official points by quarter is put where the missing play must have been.
/// Why and how: docs/decisions/0020-running-score-of-a-gamecenter-document.md.
/// </summary>
internal sealed class RunningScore
{
    private const int Touchdown = 6;
    private readonly GameCenterDocument _game;
    private readonly List<GameCenterPlay> _plays;
    private readonly int[][] _own;
    private readonly int[][] _run;

    private RunningScore(GameCenterDocument game)
    {
        (_game, _plays) = (game, game.Plays);
        _own = [new int[_plays.Count], new int[_plays.Count]];
        _run = [new int[_plays.Count], new int[_plays.Count]];
        for (var i = 0; i < _plays.Count; i++)
        {
            var points = PointsOf(game, _plays[i]);
            _own[0][i] = _run[0][i] = points.Home;
            _own[1][i] = _run[1][i] = points.Away;
        }
    }

    /// <summary>Points that no play and no missing try explains: they are put at the end of their quarter. 0 in all 534 games of two seasons.</summary>
    public int Unexplained { get; private set; }

    /// <summary>The score after each play; null where the header does not say the official score of a part of a game.</summary>
    public Score?[] After { get; private set; } = [];

    /// <summary>Works out the scores of a document with plays.</summary>
    public static RunningScore Of(GameCenterDocument game)
    {
        var fold = new RunningScore(game);
        fold.After = game.IsWhole ? fold.Forward() : fold.Backward();
        return fold;
    }

    /// <summary>
    /// Points of the play itself, by its statistics; where it has none although the vendor calls it a scoring play, by its note.
    /// </summary>
    public static Score PointsOf(GameCenterDocument game, GameCenterPlay play)
    {
        if (!play.Stats.IsEmpty || !play.IsScoring || game.SideOf(play.Snap.Offence) is not { } offence)
        {
            return play.Stats.Points(game);
        }

        var (side, points) = play.Note switch
        {
            PlayNote.Touchdown => (offence, Touchdown),
            PlayNote.FieldGoal => (offence, 3),
            PlayNote.TwoPoints => (offence, 2),
            PlayNote.ExtraPoint => (offence, 1),
            PlayNote.Safety => (offence == Side.Home ? Side.Away : Side.Home, 2),
            _ => (offence, 0),
        };
        return side == Side.Home ? new Score(points, 0) : new Score(0, points);
    }

    /// <summary>What is new of a game under way: the official score belongs to the newest play, and earlier ones had less.</summary>
    private Score?[] Backward()
    {
        var after = new Score?[_plays.Count];
        if (_game.Official is { } official)
        {
            for (var i = _plays.Count - 1; i >= 0; i--)
            {
                after[i] = official;
                official = new Score(Math.Max(0, official.Home - _own[0][i]), Math.Max(0, official.Away - _own[1][i]));
            }
        }

        return after;
    }

    private Score?[] Forward()
    {
        Settle(Side.Home, _game.Home);
        Settle(Side.Away, _game.Away);
        var after = new Score?[_plays.Count];
        var score = default(Score);
        for (var i = 0; i < after.Length; i++)
        {
            score += new Score(_run[0][i], _run[1][i]);
            after[i] = score;
        }

        return after;
    }

    private void Settle(Side side, GameCenterTeam team)
    {
        var run = _run[(int)side];
        var missing = team.Total is { } total ? total - run.Sum() : 0;
        for (var quarter = 1; quarter <= 5 && missing > 0; quarter++)
        {
            var plays = Enumerable.Range(0, _plays.Count).Where(i => Math.Clamp(_plays[i].Quarter, 1, 5) == quarter).ToList();
            var here = Math.Min(missing, (team.ByQuarter?[quarter - 1] ?? 0) - plays.Sum(i => run[i]));
            if (here > 0 && plays.Count > 0)
            {
                missing -= here;
                var left = AddTouchdowns(side, plays, here);
                left = AddTries(side, plays, left, most: 1);
                left = AddTries(side, plays, left, most: 2);
                run[plays[^1]] += left;
                Unexplained += left;
            }
        }

        // Points of no known quarter, or points too many: the last play shows the official score, and it never goes down.
        run[^1] += Math.Max(0, missing);
        Unexplained += Math.Abs(missing);
        for (var i = run.Length - 1; i >= 0 && missing < 0; i--)
        {
            var taken = Math.Min(run[i], -missing);
            run[i] -= taken;
            missing += taken;
        }
    }

    /// <summary>A successful try without the touchdown before it: the touchdown is missing, and shows with the try.</summary>
    private int AddTouchdowns(Side side, List<int> plays, int missing)
    {
        foreach (var i in plays)
        {
            if (missing >= Touchdown && _own[(int)side][i] is 1 or 2 && IsTry(_plays[i]) && !FollowsTouchdown(side, i))
            {
                _run[(int)side][i] += Touchdown;
                missing -= Touchdown;
            }
        }

        return missing;
    }

    /// <summary>A touchdown without a try behind it: the try is missing, and shows with the next play.</summary>
    private int AddTries(Side side, List<int> plays, int missing, int most)
    {
        var run = _run[(int)side];
        foreach (var i in plays)
        {
            var next = Math.Min(i + 1, run.Length - 1);
            if (missing > 0 && _own[(int)side][i] == Touchdown && !LeadsToTry(i) && run[next] - _own[(int)side][next] < most)
            {
                run[next]++;
                missing--;
            }
        }

        return missing;
    }

    private bool FollowsTouchdown(Side side, int tryIndex)
    {
        for (var i = tryIndex - 1; i >= 0; i--)
        {
            if (_own[0][i] + _own[1][i] > 0 || (_plays[i].Kind == EventKind.Play && !IsTry(_plays[i])))
            {
                return _own[(int)side][i] == Touchdown;
            }
        }

        return false;
    }

    private bool LeadsToTry(int touchdown)
    {
        for (var i = touchdown + 1; i < _plays.Count; i++)
        {
            if (_plays[i].Kind == EventKind.Play)
            {
                return IsTry(_plays[i]);
            }
        }

        return false;
    }

    private static bool IsTry(GameCenterPlay play) =>
        play.Note is PlayNote.ExtraPoint or PlayNote.TwoPoints or PlayNote.TryFailed;
}
