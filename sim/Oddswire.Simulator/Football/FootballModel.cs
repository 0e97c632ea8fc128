using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Football;

/// <summary>
/// A football game, play by play: plays are chosen as coaches do (down, distance, score, clock), their outcomes drawn from the
/// distributions of the 2022 season; rules of the regular seasons 2017-2024 (ten minutes of overtime, which may end in a tie).
/// </summary>
internal sealed partial class FootballModel
{
    private const int QuarterSeconds = 900;
    private const int OvertimeSeconds = 600;
    private const int KickoffSpot = 65;
    private const double AverageTotal = 46.0;
    private const int FreeKickSpot = 80;
    private const double BaseQuality = 0.794;
    private const double QualityPerTotal = 0.1147;
    private const double QualityPerSquaredTotal = -0.00162;
    private const double QualityPerMargin = 0.0791;
    private const double MarginPerTotal = -0.0064;
    private const double MarginPerSquaredTotal = 0.00044;
    private const double MarginPerSquaredMargin = 0.00009;
    private const double QualityPerSquaredMargin = -0.00046;
    private const double QualityPerLead = 0.012;
    private const double TempoPerTotal = 0.16;
    private const double LateEffort = 0.6;

    private readonly List<FootballPlay> _plays = new(220);
    private readonly double _homeQuality;
    private readonly double _awayQuality;
    private SeededRandom _random;
    private Fork? _fork;
    private int _told;
    private readonly double _tempo;
    private FootballSpot _at;
    private int _playId = 36;
    private int _drive = 1;
    private bool _isOver;
    private bool _isKneeling;
    private Side _receivesSecondHalf;
    private int _overtimePossessions;
    private bool _hasFirstOvertimeScore;

    public FootballModel(Fixture fixture)
    {
        _random = new SeededRandom(SeededRandom.Mix(fixture.Seed, 10));
        _homeQuality = Quality(fixture.Total, fixture.HomeMargin);
        _awayQuality = Quality(fixture.Total, -fixture.HomeMargin);
        _tempo = Math.Clamp(TempoPerTotal * (fixture.Total - AverageTotal), -4, 6);
    }

    /// <summary>Plays the game to its end.</summary>
    public List<FootballPlay> Play()
    {
        Begin();
        while (!_isOver)
        {
            Next();
        }

        return _plays;
    }

    /// <summary>A game as it stood before what its play number <paramref name="told"/> was part of, to play on from there as often as wanted.</summary>
    public static FootballModel Before(Fixture fixture, int told)
    {
        var game = new FootballModel(fixture);
        game.Begin();
        while (true)
        {
            var before = game.Copy();
            game.Next();
            if (game._told >= told || game._isOver)
            {
                return before;
            }
        }
    }

    /// <summary>The final score when chance goes its own way after the fork; this game stays where it is.</summary>
    public Score PlayOn(Fork fork)
    {
        var game = Copy();
        game._fork = fork;
        while (!game._isOver)
        {
            game.Next();
        }

        return game._at.Score;
    }

    private FootballModel Copy()
    {
        var copy = (FootballModel)MemberwiseClone();
        copy._random = _random.Copy();
        return copy;
    }

    private void Begin()
    {
        var receives = _random.Chance(0.5) ? Side.Home : Side.Away;
        _receivesSecondHalf = Other(receives);
        _at = new FootballSpot { Quarter = 1, Clock = QuarterSeconds, HomeTimeouts = 3, AwayTimeouts = 3 };
        SetKickoff(Other(receives));
    }

    private void Next()
    {
        if (_at.Clock == 0)
        {
            EndQuarter();
        }
        else if (_at.Down == 0)
        {
            Kickoff();
        }
        else
        {
            Snap();
        }
    }

    /// <summary>
    /// How good an offence is against this defence, in the unit in which the tables below are shifted. Fitted so that margin and total follow the line one to one, whatever the other is:
    /// in games of high totals a point of margin takes less (docs/simulator.md).
    /// </summary>
    private static double Quality(double total, double margin)
    {
        var above = total - AverageTotal;
        var scoring = (QualityPerTotal * above) + (QualityPerSquaredTotal * above * above) + (QualityPerSquaredMargin * margin * margin);
        var perPoint = 1 + (MarginPerTotal * above) + (MarginPerSquaredTotal * above * above) + (MarginPerSquaredMargin * margin * margin);
        return BaseQuality + Math.Clamp(scoring + (QualityPerMargin * perPoint * margin), -2.5, 3);
    }

    private static Side Other(Side side) => side == Side.Home ? Side.Away : Side.Home;

    /// <summary>In the last quarter a team behind plays for more, a team ahead for time.</summary>
    private double OffenceQuality => (_at.Offence == Side.Home ? _homeQuality : _awayQuality)
        - (_at.Quarter == 4 ? QualityPerLead * Near(900, 300) * Math.Clamp(Lead, -17, 17) : 0)
        + (_at.Quarter == 4 && Lead is < 0 and >= -16 ? LateEffort * Near(420, 150) : 0);

    /// <summary>The offence's lead.</summary>
    private int Lead => _at.Offence == Side.Home ? _at.Score.Margin : -_at.Score.Margin;

    private bool IsLateHalf => _at.Quarter is 2 or 4 or 5 && _at.Clock <= 120;

    private void Record(FootballPlayKind kind, in FootballSpot before, FootballResult result = FootballResult.None, int yards = 0,
        int returned = 0, int actor = 0, int target = 0, bool onDefence = false)
    {
        _told++;
        var opponent = _random.Between(FootballRoster.FirstDefender, FootballRoster.LastDefender);
        if (_fork is null)
        {
            _plays.Add(new FootballPlay
            {
                Id = _playId,
                Drive = _drive,
                Kind = kind,
                Before = before,
                After = _at,
                Result = result,
                Yards = yards,
                ReturnYards = returned,
                Actor = actor,
                Target = target,
                Opponent = opponent,
                IsOnDefence = onDefence,
            });
        }

        _playId += _random.Between(18, 27);
        if (_fork is { } fork && fork.After == _told)
        {
            _random.Reseed(fork.Seed);
        }
    }

    private void SetKickoff(Side kicker, int spot = KickoffSpot)
    {
        (_at.Offence, _at.Down, _at.ToGo, _at.ToGoal) = (kicker, 0, 0, spot);
    }

    private void Elapse(int seconds) => _at.Clock = Math.Max(0, _at.Clock - seconds);

    private void GiveBall(Side to, int toGoal)
    {
        _at.Offence = to;
        _at.ToGoal = Math.Clamp(toGoal, 1, 99);
        _at.Down = 1;
        _at.ToGo = Math.Min(10, _at.ToGoal);
    }

    private void StartDrive()
    {
        _drive++;
        if (_at.Quarter == 5)
        {
            _overtimePossessions++;
        }
    }

    private void Kickoff()
    {
        if (_told > 0)
        {
            StartDrive();
        }

        var before = _at;
        var kicker = _at.Offence;
        var receiver = Other(kicker);
        if (_at.Quarter >= 4 && Lead < 0 && Lead >= -16 && _at.Clock < (Lead < -8 ? 280 : 130))
        {
            Elapse(4);
            var isRecovered = _random.Chance(0.06);
            GiveBall(isRecovered ? kicker : receiver, isRecovered ? 52 : 46);
            Record(FootballPlayKind.OnsideKick, before, isRecovered ? FootballResult.Recovered : FootballResult.None, 12, actor: FootballRoster.Kicker);
            return;
        }

        if (before.ToGoal == FreeKickSpot)
        {
            Elapse(_random.Between(4, 7));
            GiveBall(receiver, _random.Between(52, 68));
            Record(FootballPlayKind.Kickoff, before, yards: _random.Between(50, 62), returned: _random.Between(5, 20), actor: FootballRoster.Kicker);
            return;
        }

        if (_random.Chance(0.60))
        {
            GiveBall(receiver, 75);
            Record(FootballPlayKind.Kickoff, before, FootballResult.Touchback, 65, actor: FootballRoster.Kicker);
            return;
        }

        Elapse(_random.Between(4, 7));
        if (_random.Chance(0.006))
        {
            Elapse(6);
            _at.Offence = receiver;
            TouchdownBy(receiver, before, FootballPlayKind.Kickoff, FootballResult.ReturnTouchdown, 63, 98, FootballRoster.Kicker);
            return;
        }

        var kicked = _random.Between(58, 68);
        var returned = Math.Max(2, (int)(23.5 + (7 * _random.NextNormal())));
        GiveBall(receiver, 100 - (KickoffSpot - kicked + returned));
        Record(FootballPlayKind.Kickoff, before, yards: kicked, returned: returned, actor: FootballRoster.Kicker);
    }

    private void EndQuarter()
    {
        var before = _at;
        var quarter = _at.Quarter;
        if ((quarter == 4 && _at.Score.Margin != 0) || quarter == 5)
        {
            EndGame();
            return;
        }

        _at.Quarter++;
        _at.Clock = QuarterSeconds;
        if (quarter == 2)
        {
            SetKickoff(Other(_receivesSecondHalf));
            (_at.HomeTimeouts, _at.AwayTimeouts) = (3, 3);
        }
        else if (quarter == 4)
        {
            _at.Clock = OvertimeSeconds;
            (_at.HomeTimeouts, _at.AwayTimeouts) = (2, 2);
            SetKickoff(_random.Chance(0.5) ? Side.Home : Side.Away);
        }

        Record(FootballPlayKind.QuarterEnd, before);
    }

    private void EndGame()
    {
        var before = _at;
        _at.Down = 0;
        _isOver = true;
        Record(FootballPlayKind.GameEnd, before);
    }

    /// <summary>
    /// Overtime until 2024: a touchdown ends it, as does any score after both teams have had the ball or when the second answers
    /// nothing to a field goal.
    /// </summary>
    private void CheckOvertime(bool isTouchdown, bool possessionEnded)
    {
        if (_at.Quarter != 5 || _isOver)
        {
            return;
        }

        var isDecided = _at.Score.Margin != 0;
        if (isDecided && (isTouchdown || _overtimePossessions >= 2 || (_hasFirstOvertimeScore && possessionEnded)))
        {
            EndGame();
        }

        _hasFirstOvertimeScore |= isDecided;
    }

    private void TouchdownBy(Side side, in FootballSpot before, FootballPlayKind kind, FootballResult result, int yards, int returned,
        int actor, int target = 0)
    {
        _at.AddPoints(side, 6);
        (_at.Offence, _at.Down, _at.ToGo, _at.ToGoal) = (side, 0, 0, 2);
        Record(kind, before, result, yards, returned, actor, target);
        CheckOvertime(isTouchdown: true, possessionEnded: true);
        if (!_isOver)
        {
            Try(side);
        }
    }

    /// <summary>The try: a kick, or two points where the score asks for it. None when time is up and the game decided.</summary>
    private void Try(Side side)
    {
        if (_at.Clock == 0 && _at.Quarter == 4 && Lead is > 0 or < -2)
        {
            return;
        }

        var before = _at;
        var goesForTwo = _random.Chance(_at.Quarter == 4 ? TwoPointShare(Lead) : 0.035);
        var good = _random.Chance(goesForTwo ? 0.48 : 0.945);
        if (good)
        {
            _at.AddPoints(side, goesForTwo ? 2 : 1);
        }

        SetKickoff(side);
        Record(goesForTwo ? FootballPlayKind.TwoPoint : FootballPlayKind.ExtraPoint, before, good ? FootballResult.Good : FootballResult.NoGood,
            actor: goesForTwo ? FootballRoster.Quarterback : FootballRoster.Kicker, target: FootballRoster.Receiver(_random.Below(4)));
    }

    /// <summary>How often two points are tried in the last quarter, by the lead after the touchdown: as teams did in the seasons 2019 to 2024.</summary>
    private static double TwoPointShare(int lead) => lead switch
    {
        1 or 5 or -5 or -10 => 0.95,
        -2 => 0.85,
        4 or 12 or -13 => 0.75,
        -8 or -16 => 0.35,
        7 or -9 or -12 => 0.2,
        _ => 0.02,
    };

    private void Turnover(int toGoalForOther)
    {
        GiveBall(Other(_at.Offence), toGoalForOther);
    }

    /// <summary>After the play that gave the ball away has been recorded.</summary>
    private void PossessionChanged()
    {
        StartDrive();
        CheckOvertime(isTouchdown: false, possessionEnded: true);
    }

    private void Safety(in FootballSpot before, FootballPlayKind kind, int yards, int actor)
    {
        var conceding = _at.Offence;
        _at.AddPoints(Other(conceding), 2);
        SetKickoff(conceding, FreeKickSpot);
        Record(kind, before, FootballResult.Safety, yards, actor: actor);
        CheckOvertime(isTouchdown: true, possessionEnded: true);
    }
}
