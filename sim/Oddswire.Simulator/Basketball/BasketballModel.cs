using Oddswire.Core.Domain;

namespace Oddswire.Simulator.Basketball;

/// <summary>
/// A basketball game possession by possession: shots, fouls and the bonus, free throws, rebounds, turnovers, substitutions, time-outs; the last minute is
/// played as teams play it (holding for the last shot, fouling when behind). Two things move both teams at once, as in real games: the
/// pace and the night's shooting; and a lead wears off a little, since a team ahead rests its best.
/// </summary>
internal sealed partial class BasketballModel
{
    private const int QuarterTenths = 7200;
    private const int OvertimeTenths = 3000;

    private const double TableTotal = 216.5;
    private const double SharePerTotal = 0.0025;
    private const double SharePerMargin = 0.0041;
    private const double SharePerLead = 0.0017;
    private const double SharePerExcess = 0.0004;

    private readonly SeededRandom _random;
    private readonly Fork? _fork;
    private readonly List<BasketballAction> _actions = new(560);
    private readonly double _homeShare;
    private readonly double _awayShare;
    private readonly double _total;
    private readonly Lineup _home = new();
    private readonly Lineup _away = new();
    private double _pace;
    private double _night;
    private int _number = 2;
    private int _period = 1;
    private int _clock = QuarterTenths;
    private Score _score;
    private Side _offence;

    public BasketballModel(Fixture fixture, Fork? fork = null)
    {
        _fork = fork;
        _random = new SeededRandom(SeededRandom.Mix(fixture.Seed, 20));
        _total = fixture.Total;
        _homeShare = Share(fixture.Total, fixture.HomeMargin);
        _awayShare = Share(fixture.Total, -fixture.HomeMargin);
        DrawTheNight();
    }

    /// <summary>Plays the game to its end.</summary>
    public List<BasketballAction> Play()
    {
        var tip = _random.Chance(0.5) ? Side.Home : Side.Away;
        for (_period = 1; _period <= 4 || _score.Margin == 0; _period++)
        {
            PlayPeriod(tip);
        }

        _period--;
        Add(BasketballActionKind.GameEnd, null);
        return _actions;
    }

    /// <summary>How well both teams shoot tonight, and how fast they play.</summary>
    private void DrawTheNight()
    {
        _night = 0.003 * _random.NextNormal();
        _pace = 1 + (0.006 * _random.NextNormal());
    }

    private void PlayPeriod(Side tip)
    {
        _clock = _period <= 4 ? QuarterTenths : OvertimeTenths;
        _home.Fouls = _away.Fouls = 0;
        Add(BasketballActionKind.PeriodStart, null);
        _offence = _period is 2 or 3 ? Opposite(tip) : tip;
        if (_period is 1 or > 4)
        {
            _clock -= _random.Between(10, 30);
            _offence = _period == 1 ? tip : _random.Chance(0.5) ? Side.Home : Side.Away;
            Add(BasketballActionKind.JumpBall, _offence, _random.Below(5), _random.Below(5));
        }

        while (_clock > 0)
        {
            Possession();
        }

        Add(BasketballActionKind.PeriodEnd, null);
    }

    /// <summary>How much better than the table a team shoots, fitted so that margin and total follow the line (docs/simulator.md).</summary>
    private static double Share(double total, double margin) =>
        (SharePerTotal * (total - TableTotal)) + (SharePerMargin * margin);

    private static Side Opposite(Side side) => side == Side.Home ? Side.Away : Side.Home;

    private Lineup Team(Side side) => side == Side.Home ? _home : _away;

    private int Lead => _offence == Side.Home ? _score.Margin : -_score.Margin;

    /// <summary>How much better than the table the offence shoots now.</summary>
    private double ShotShift => (_offence == Side.Home ? _homeShare : _awayShare) + _night
        - (SharePerLead * (_period >= 4 && _clock < 2400 ? 3.0 : 1) * Math.Clamp(Lead, -25, 25))
        - (SharePerExcess * (_score.Total - (_total * Elapsed)));

    /// <summary>Share of regulation time gone.</summary>
    private double Elapsed => _period > 4 ? 1 : ((_period * QuarterTenths) - _clock) / (4.0 * QuarterTenths);

    private bool IsLate => _period >= 4 && _clock < 1200;

    private void Add(BasketballActionKind kind, Side? team, int player = -1, int other = -1, bool made = false, bool offensive = false,
        int attempt = 0, int attempts = 0)
    {
        _actions.Add(new BasketballAction
        {
            Number = _number,
            Kind = kind,
            Period = _period,
            ClockTenths = _clock,
            Score = _score,
            Team = team,
            Possession = kind is BasketballActionKind.PeriodStart or BasketballActionKind.GameEnd ? null : _offence,
            Player = player,
            Other = other,
            IsMade = made,
            IsOffensive = offensive,
            Try = attempt,
            Tries = attempts,
        });
        _number += _random.Chance(0.25) ? 2 : 1;
        if (_fork is { } fork && fork.After == _actions.Count)
        {
            _random.Reseed(fork.Seed);
            DrawTheNight();
        }
    }

    private int OnCourt(Side side) => Team(side).Court[_random.Below(5)];

    private void DeadBall()
    {
        if (_random.Chance(0.22) && _clock > 0)
        {
            Add(BasketballActionKind.Timeout, _random.Chance(0.6) ? _offence : Opposite(_offence));
        }

        for (var side = Side.Home; side <= Side.Away; side++)
        {
            while (_random.Chance(0.36))
            {
                var (off, on) = Team(side).Swap(_random.Below(5), _random.Below(Lineup.Size - 5));
                Add(BasketballActionKind.SubstitutionOut, side, off);
                Add(BasketballActionKind.SubstitutionIn, side, on);
            }
        }
    }

    private void Score(Side side, int points) => _score += side == Side.Home ? new Score(points, 0) : new Score(0, points);

    /// <summary>Five on the court, five on the bench; fouls of the period for the bonus.</summary>
    private sealed class Lineup
    {
        public const int Size = 10;
        private readonly int[] _bench = [5, 6, 7, 8, 9];

        public int[] Court { get; } = [0, 1, 2, 3, 4];

        public int Fouls { get; set; }

        public (int Off, int On) Swap(int court, int bench)
        {
            (Court[court], _bench[bench]) = (_bench[bench], Court[court]);
            return (_bench[bench], Court[court]);
        }
    }
}
