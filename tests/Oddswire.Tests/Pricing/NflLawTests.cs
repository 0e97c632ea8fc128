using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nfl;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Tests.Pricing;

/// <summary>Laws of points as they are kept and mixed, and the tables they come from.</summary>
public sealed class NflLawTests
{
    private const int Favoured = 8;

    private static readonly ModelFile BuiltIn = GameModels.BuiltIn(League.Nfl);

    [Fact]
    public void What_is_next_to_nothing_is_left_out_and_the_rest_is_still_all()
    {
        var law = new ScoreLaw();
        law.Cover(80);
        law.Cells[(20 * ScoreLaw.Points) + 10] = 0.5999991f;
        law.Cells[(3 * ScoreLaw.Points) + 41] = 0.399f;
        law.Cells[(47 * ScoreLaw.Points) + 0] = 0.001f;
        law.Cells[(70 * ScoreLaw.Points) + 2] = 6e-7f;
        law.Cells[79] = 3e-7f;

        law.Trim();

        law.Extent.ShouldBe(48);
        law.Cells[(70 * ScoreLaw.Points) + 2].ShouldBe(0);
        law.Cells[79].ShouldBe(0);
        Sum(law).ShouldBe(1, 2e-7);
        law.Cells[(47 * ScoreLaw.Points) + 0].ShouldBe(0.001f, 1e-8f);
    }

    [Fact]
    public void Nothing_is_left_out_that_holds_a_millionth()
    {
        var law = new ScoreLaw();
        law.Cover(80);
        law.Cells[0] = 1;
        law.Cells[(75 * ScoreLaw.Points) + 75] = 1.1e-6f;

        law.Trim();

        law.Extent.ShouldBe(80);
    }

    [Fact]
    public void A_law_that_is_emptied_and_filled_again_keeps_nothing_of_before()
    {
        var law = new ScoreLaw();
        law.Cover(72);
        law.Cells[(71 * ScoreLaw.Points) + 71] = 1;
        law.Clear();
        law.Cover(8);
        law.Cells[(2 * ScoreLaw.Points) + 3] = 1;
        law.Cover(72);

        law.Cells[(71 * ScoreLaw.Points) + 71].ShouldBe(0);
        Sum(law).ShouldBe(1);
    }

    [Fact]
    public void Every_table_of_the_last_minutes_is_a_law()
    {
        var drives = new DriveModel((NflParameters)BuiltIn.Parameters, 0);
        var late = new LateTables(drives, (NflParameters)BuiltIn.Parameters, Favoured);
        for (var slot = 0; slot <= LateTables.Slots; slot++)
        {
            for (var lead = -LateTables.MaxLead; lead <= LateTables.MaxLead; lead += 5)
            {
                for (var band = 0; band <= NflParameters.Bands; band++)
                {
                    float sum = 0;
                    foreach (var chance in late.At(slot, band, lead, isFavourite: band % 2 == 0, wasBehind: lead % 2 != 0))
                    {
                        chance.ShouldBeGreaterThanOrEqualTo(0);
                        sum += chance;
                    }

                    sum.ShouldBe(1, 2e-5f, $"step {slot}, lead {lead}, band {band}");
                }
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Two_steps_added_at_once_are_their_sum(bool keepsBall)
    {
        var late = new LateTables(new DriveModel((NflParameters)BuiltIn.Parameters, 0), (NflParameters)BuiltIn.Parameters, Favoured);
        var branch = new DriveBranch(0.4, 7, 0, 200, DriveModel.Kick, keepsBall, EndsHalf: false);
        var (own, other) = (New(), New());

        late.AddBetween(branch, lead: -3, isFavourite: true, slot: 12, 0.25f, 0.15f, own, other);

        var expected = New();
        var offset = keepsBall ? 7 * LateTables.Width : 7;
        foreach (var (slot, share) in new[] { (12, 0.25f), (13, 0.15f) })
        {
            var table = late.At(slot, DriveModel.Kick, keepsBall ? 4 : -4, isFavourite: keepsBall, wasBehind: false);
            for (var i = 0; i < table.Length; i++)
            {
                expected[offset + i] += table[i] * share;
            }
        }

        var (given, untouched) = keepsBall ? (own, other) : (other, own);
        untouched.ShouldAllBe(static chance => chance == 0);

        // A table's last cells, below a ten-millionth, are not added.
        given.Zip(expected).Max(static pair => Math.Abs(pair.First - pair.Second)).ShouldBeLessThan(1e-7f);
        given.Sum().ShouldBe(0.4f, 1e-5f);
    }

    [Fact]
    public void After_warming_up_no_line_has_tables_to_wait_for()
    {
        // Parameters of its own: what other tests have worked out is not shared with it.
        var parameters = (NflParameters)ModelFile.Parse(BuiltIn.ToBytes(), "nfl.json").Parameters;
        NflTables.WarmUp(parameters);
        var model = new NflModel(parameters, "nfl-drives-0");
        foreach (var (margin, total) in new[] { (-13.5, 37.0), (-3, 44.5), (0, 41), (2.5, 52), (7, 57.5), (16, 48) })
        {
            var info = new GameInfo
            {
                Home = new Team("H", "Home"),
                Away = new Team("A", "Away"),
                RegulationPeriods = 4,
                Line = new PregameLine { HomeMarginHundredths = (int)(margin * 100), TotalHundredths = (int)(total * 100) },
            };
            var before = GC.GetAllocatedBytesForCurrentThread();

            model.Solve(new GameState { Phase = GamePhase.Scheduled }, info).Result(MarketScope.SecondHalf).Over.Value.ShouldBeInRange(0, 1);

            // The smallest set of tables is 25 MB.
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20_000_000, $"{margin} {total}");
        }
    }

    private static float[] New() => new float[LateTables.Width * LateTables.Width];

    private static double Sum(ScoreLaw law)
    {
        double sum = 0;
        foreach (var cell in law.Cells)
        {
            sum += cell;
        }

        return sum;
    }
}
