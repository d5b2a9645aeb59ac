using System.Xml.Linq;
using NetArchTest.Rules;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Architecture;

/// <summary>The arrows between the projects, in the project files and in what the compiled types use.</summary>
public sealed class ProjectTests
{
    [Theory]
    [InlineData("Domain", "")]
    [InlineData("Media", "Domain")]
    [InlineData("Formats", "Domain Media")]
    [InlineData("Storage", "Domain")]
    [InlineData("EmbeddedRuntime", "")]
    public void Project_References_FollowTheArrowsOfTheDesign(string project, string allowed)
    {
        var references = Elements(project, "ProjectReference").Select(include => Path.GetFileNameWithoutExtension(include.Replace('\\', '/')));

        references.Except(allowed.Split(' ')).ShouldBeEmpty();
    }

    [Fact]
    public void Domain_HasNoPackages() => Elements("Domain", "PackageReference").ShouldBeEmpty();

    [Theory]
    [InlineData("Domain", "System.Net.Http System.Net.Sockets Microsoft.AspNetCore Microsoft.Data.Sqlite Azure NetVips FFMpegCore System.Diagnostics.Process")]
    [InlineData("Media", "System.Net.Http System.Net.Sockets Microsoft.AspNetCore Microsoft.Data.Sqlite Azure CvatServerless.Storage CvatServerless.Formats")]
    [InlineData("Formats", "System.Net.Http System.Net.Sockets Microsoft.AspNetCore Microsoft.Data.Sqlite Azure NetVips FFMpegCore CvatServerless.Storage CvatServerless.Domain.Ports")]
    [InlineData("Storage", "Microsoft.AspNetCore.Http Microsoft.AspNetCore.Mvc Microsoft.Azure.Functions NetVips FFMpegCore CvatServerless.Media CvatServerless.Formats")]
    [InlineData("EmbeddedRuntime", "CvatServerless.Domain CvatServerless.Media CvatServerless.Formats CvatServerless.Storage CvatServerless.Functions")]
    [InlineData("Functions", "Microsoft.Data.Sqlite Azure.Data.Tables Azure.Storage NetVips FFMpegCore SharpCompress")]
    public void Project_Types_UseNothingBeyondTheirBoundary(string project, string forbidden)
    {
        var assembly = System.Reflection.Assembly.Load("CvatServerless." + project);

        var result = Types.InAssembly(assembly).Should().NotHaveDependencyOnAny(forbidden.Split(' ')).GetResult();

        (result.FailingTypeNames ?? []).ShouldBeEmpty();
    }

    [Fact]
    public void Functions_DoNotKnowWhichRuntimeTheyRunOn()
    {
        var offenders = Repository.Files("functions", ".cs").Where(path =>
            Repository.CodeLines(path).Any(line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal) || line.Contains("CvatServerless.EmbeddedRuntime")));

        offenders.ShouldBeEmpty();
    }

    private static IEnumerable<string> Elements(string project, string name) =>
        XDocument.Parse(Repository.Read($"shared/{project}/{project}.csproj")).Descendants(name).Select(element => element.Attribute("Include")!.Value);
}
