using System.IO.Compression;
using System.Text;
using Oddswire.Calibration;
using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Host.Commands;
using Oddswire.Tests.Support;

namespace Oddswire.Tests.Calibration;

/// <summary>The commands <c>models predict</c> and <c>train</c> on files as other people write them.</summary>
public sealed class PredictTests : IDisposable
{
    private const string NflHeader = "game_id,play_id,season,home_team,away_team,posteam,defteam,game_seconds_remaining,down,ydstogo,yardline_100,"
        + "posteam_score,defteam_score,posteam_score_post,defteam_score_post";

    private readonly string _folder = Directory.CreateTempSubdirectory("oddswire-predict-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(League.Nfl, "nfl/pbp/pbp_2021.csv.gz", "nfl/games_with_lines.csv.gz", 49_922)]
    [InlineData(League.Nba, "nba/events_2015-16.csv.gz", "nba/games_2015-16.csv", 197_911)]
    [InlineData(League.Mlb, "mlb/retrosheet_states/2020/2020ANA.EVA.states.csv.gz", "mlb/games_2019_2020.csv", 0)]
    public async Task Every_row_of_a_real_file_is_forecast_in_its_order(League league, string plays, string lines, int rows)
    {
        // Some rows are enough to see the form; the count is that of the file.
        var path = Cut(TestData.Require(plays), 2000, out var total);
        var output = Path.Combine(_folder, "out.csv");

        (await Run("models", "predict", "--league", league.Code(), "--in", path, "--lines", TestData.Require(lines), "--out", output)).ShouldBe(ExitCodes.Ok);

        var written = File.ReadAllLines(output);
        written[0].ShouldBe("game_id,row_key,home_win_probability,expected_margin,margin_sd,expected_total,total_sd");
        written.Length.ShouldBe(2001);
        foreach (var line in written.Skip(1))
        {
            var fields = line.Split(',');
            fields.Length.ShouldBe(7);
            double.Parse(fields[2]).ShouldBeInRange(0.000001, 0.999999);
            double.Parse(fields[4]).ShouldBeGreaterThanOrEqualTo(0);
            double.Parse(fields[5]).ShouldBeGreaterThan(0);
        }

        (rows == 0 || total == rows).ShouldBeTrue($"{plays} has {total} rows");
        written[1].Split(',')[1].ShouldBe(FirstKey(path, league));
    }

    [Fact]
    public async Task Columns_in_another_order_CRLF_a_byte_order_mark_and_a_game_without_a_line_do_no_harm()
    {
        string[] columns = NflHeader.Split(',');
        string[] row = ["2030_01_AAA_BBB", "41.0", "2030", "BBB", "AAA", "BBB", "AAA", "3000", "2", "7", "55", "3", "0", "3", "0"];
        string[] kick = ["2030_01_AAA_BBB", "77", "2030", "BBB", "AAA", "", "", "2990", "NA", "0", "", "", "", "", ""];
        var plain = Write("plain.csv", NflHeader + "\n" + string.Join(',', row) + "\n" + string.Join(',', kick) + "\n");
        var odd = Write("odd.csv", "\uFEFFextra," + string.Join(',', columns.Reverse()) + "\r\nx,"
            + string.Join(',', row.Reverse()) + "\r\nNA," + string.Join(',', kick.Reverse()) + "\r\n");

        var first = await Predict(plain);
        var second = await Predict(odd);

        second.ShouldBe(first);
        first.Length.ShouldBe(3);
        first[1].ShouldStartWith("2030_01_AAA_BBB,41,0.");
        first[2].ShouldStartWith("2030_01_AAA_BBB,77,0.");
    }

    [Fact]
    public async Task A_game_without_a_line_is_rated_by_what_its_teams_did_before_and_by_nothing_after()
    {
        const string Header = "game_id,season,game_type,gameday,away_team,home_team,away_score,home_score,spread_line,total_line\n";
        var earlier = string.Concat(Enumerable.Range(1, 9).Select(week => $"2030_0{week}_CCC_BBB,2030,REG,2030-10-0{week},CCC,BBB,0,40,,\n"));
        const string Game = "2030_10_AAA_BBB,2030,REG,2030-11-01,AAA,BBB,40,0,,\n";
        var plays = Write("p.csv", NflHeader + "\n2030_10_AAA_BBB,1,2030,BBB,AAA,,,3600,,,,,,,\n");

        var unknown = await Predict(plays, Write("none.csv", Header + Game));
        var strong = await Predict(plays, Write("lines.csv", Header + Game + earlier));

        Margin(strong).ShouldBeGreaterThan(Margin(unknown) + 5);
        Margin(unknown).ShouldBeInRange(0, 4);

        static double Margin(string[] rows) => double.Parse(rows[1].Split(',')[3]);
    }

    [Fact]
    public async Task A_row_that_cannot_be_is_an_error_with_file_and_line_and_nothing_is_written()
    {
        var path = Write("bad.csv", NflHeader + "\n2030_01_AAA_BBB,41,2030,BBB,AAA,BBB,AAA,soon,2,7,55,3,0,3,0\n");
        var output = Path.Combine(_folder, "out.csv");

        var error = await Should.ThrowAsync<UserErrorException>(() => Run("models", "predict", "--league", "nfl", "--in", path, "--out", output));

        error.Message.ShouldBe($"{path}:2: game_seconds_remaining 'soon' is not a number.");
        error.ExitCode.ShouldBe(ExitCodes.Usage);
        Directory.GetFiles(_folder, "out*").ShouldBeEmpty();
        (await Should.ThrowAsync<UserErrorException>(() => Run("models", "train", "--league", "nfl", "--data", "/nowhere", "--out", Path.Combine(_folder, "none", "out.json"))))
            .Message.ShouldBe($"The folder '{Path.Combine(_folder, "none")}' for out.json does not exist.");
    }

    [Fact]
    public async Task A_model_is_not_judged_on_games_it_was_fitted_on_unless_one_says_so()
    {
        var plays = Cut(TestData.Require("mlb/retrosheet_states/2019/2019ANA.EVA.states.csv.gz"), 2500, out _);
        string[] arguments = ["models", "evaluate", "--league", "mlb", "--in", plays, "--lines", TestData.Require("mlb/games_2019_2020.csv")];

        var error = await Should.ThrowAsync<UserErrorException>(() => Run(arguments));

        error.Message.ShouldStartWith("mlb-innings-1 was fitted on");
        error.Remedy.ShouldContain("--in-sample");
        (await Run([.. arguments, "--in-sample"])).ShouldBe(ExitCodes.Ok);
    }

    [Fact]
    public async Task A_file_of_forecasts_is_judged_as_the_model_that_wrote_it()
    {
        var plays = Cut(TestData.Require("mlb/retrosheet_states/2019/2019ANA.EVA.states.csv.gz"), 2500, out _);
        var lines = TestData.Require("mlb/games_2019_2020.csv");
        var output = Path.Combine(_folder, "out.csv");
        await Run("models", "predict", "--league", "mlb", "--in", plays, "--lines", lines, "--out", output);
        var trainer = LeagueTrainers.Of(League.Mlb);
        var set = TrainingData.Read(trainer, new TrainingSources(lines, [plays]));
        var model = GameModels.Create(League.Mlb);

        var own = new Evaluator(trainer, 1).Judge("m", "x", set.Rows.Select(row => Predictor.HomeWin(model, row)), []);
        var read = PredictionCsv.Read("out", output).All;

        read.Count.ShouldBe(set.Rows.Count);
        var other = new Evaluator(trainer, 1).Judge("m", "x", set.Rows.Zip(read, (row, forecast) => new Prediction(row, forecast.HomeWin)), []);
        other.All.LogLoss.Value.ShouldBe(own.All.LogLoss.Value, 1e-5);

        File.AppendAllLines(output, File.ReadLines(output).Skip(4).Take(1).ToList());
        (await Should.ThrowAsync<UserErrorException>(() => Run("models", "evaluate", "--league", "mlb", "--in", plays, "--lines", lines, "--csv", output)))
            .Message.ShouldBe($"{output} forecasts row 4 of game ANA201904040 twice.");
    }

    [Fact]
    public async Task Training_on_the_same_games_with_the_same_seed_writes_the_same_bytes()
    {
        var data = Path.Combine(_folder, "data");
        Directory.CreateDirectory(Path.Combine(data, "mlb/retrosheet_states"));
        File.Copy(TestData.Require("mlb/games_2019_2020.csv"), Path.Combine(data, "mlb/games_2019_2020.csv"));
        File.Copy(
            TestData.Require("mlb/retrosheet_states/2020/2020ANA.EVA.states.csv.gz"),
            Path.Combine(data, "mlb/retrosheet_states/2020ANA.EVA.states.csv.gz"));
        var (first, second) = (Path.Combine(_folder, "1.json"), Path.Combine(_folder, "2.json"));

        await Run("models", "train", "--league", "mlb", "--data", data, "--seed", "3", "--cv", "none", "--out", first);
        await Run("models", "train", "--league", "mlb", "--data", data, "--seed", "3", "--cv", "none", "--out", second);

        File.ReadAllBytes(second).ShouldBe(File.ReadAllBytes(first));
        File.ReadAllText(first).ShouldContain("mlb/retrosheet_states/2020ANA.EVA.states.csv.gz");
    }

    private async Task<string[]> Predict(string path, string? lines = null)
    {
        var output = Path.Combine(_folder, Path.GetFileName(path) + ".out");
        string[] arguments = ["models", "predict", "--league", "nfl", "--in", path, "--out", output];
        (await Run(lines is null ? arguments : [.. arguments, "--lines", lines])).ShouldBe(ExitCodes.Ok);
        return File.ReadAllLines(output);
    }

    private static async Task<int> Run(params string[] arguments)
    {
        var parsed = CommandTree.Create().Parse(arguments);
        parsed.Errors.ShouldBeEmpty();
        return await parsed.InvokeAsync(
            new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }

    private string Cut(string path, int rows, out int total)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var text = new StringBuilder();
        total = -1;
        while (reader.ReadLine() is { } line)
        {
            if (total++ < rows)
            {
                text.Append(line).Append('\n');
            }
        }

        return Write("cut-" + Path.GetFileNameWithoutExtension(path), text.ToString());
    }

    private static string FirstKey(string path, League league)
    {
        using var file = new CsvFile(path);
        file.Next();
        return league switch { League.Nfl => file["play_id"], League.Nba => file["EVENTNUM"], _ => "1" };
    }
}
