"""Put together what judges a wardrobe: duplicates, outfits, insights, and its graph."""

from __future__ import annotations

from dataclasses import dataclass

from wardrobe_app.services.catalogue.catalogue import Catalogue
from wardrobe_app.services.graph.exporter import GraphExporter
from wardrobe_app.services.graph.importer import GraphImport
from wardrobe_app.services.graph.picture_export import GraphPictures
from wardrobe_app.services.insights.connections import Connections
from wardrobe_app.services.insights.insights import InsightsService
from wardrobe_app.services.insights.marks import GraphMarks
from wardrobe_app.services.insights.purchase_advice import PurchaseAdvisor
from wardrobe_app.services.outfits.collages import Collages
from wardrobe_app.services.outfits.packing_lists import PackingLists
from wardrobe_app.services.outfits.planner import Planner
from wardrobe_app.services.outfits.saved_outfits import SavedOutfits
from wardrobe_app.services.outfits.scoring_rules import ScoringRules
from wardrobe_app.services.outfits.suggestions import OutfitService
from wardrobe_app.services.outfits.today import TodayService
from wardrobe_app.services.outfits.wear_log import WearLog
from wardrobe_app.services.redundancy.cloth_samples import ClothSamples
from wardrobe_app.services.redundancy.photo_comparison import PhotoComparison
from wardrobe_app.services.redundancy.review import RedundancyService
from wardrobe_app.services.redundancy.wardrobe_scan import WardrobeScan
from wardrobe_app.services.storage.garment_pictures import GarmentPictures
from wardrobe_app.wiring.common import Common


@dataclass(frozen=True, slots=True)
class RedundancyServices:
    """Duplicates, and photos compared without storing them."""

    review: RedundancyService
    scan: WardrobeScan
    comparison: PhotoComparison
    cloth: ClothSamples


@dataclass(frozen=True, slots=True)
class OutfitServices:
    """Outfits: suggested, saved, worn, planned and drawn, packing lists, and the rules that score outfits."""

    suggestions: OutfitService
    saved: SavedOutfits
    wear_log: WearLog
    planner: Planner
    packing_lists: PackingLists
    rules: ScoringRules
    collages: Collages
    today: TodayService


@dataclass(frozen=True, slots=True)
class InsightServices:
    """Diversity, removal cost and gaps; what joins the wardrobe, also for the graph; advice before a purchase."""

    analysis: InsightsService
    connections: Connections
    marks: GraphMarks
    purchases: PurchaseAdvisor


@dataclass(frozen=True, slots=True)
class GraphServices:
    """The wardrobe as a graph: files out and in, and pictures."""

    exporter: GraphExporter
    importer: GraphImport
    pictures: GraphPictures


def outfits(common: Common, small: GarmentPictures) -> OutfitServices:
    """Outfits and what scores them; ``small`` makes the pictures of collages."""
    units, days = common.units, common.days
    suggestions, saved = OutfitService(units, common.rules.rules), SavedOutfits(units)
    return OutfitServices(
        suggestions,
        saved,
        WearLog(units, days),
        Planner(units, days),
        PackingLists(units),
        common.rules,
        Collages(small, saved.arrangements),
        TodayService(units, suggestions, common.answers, common.preferences, days),
    )


def insights(common: Common) -> InsightServices:
    """Diversity, removal cost, gaps and advice."""
    rules = common.rules.rules
    analysis = InsightsService(common.units, rules, common.days)
    connections = Connections(common.answers, analysis)
    purchases = PurchaseAdvisor(common.units, common.tagging, common.limits, common.keypoints, rules)
    return InsightServices(analysis, connections, GraphMarks(connections), purchases)


def redundancy(common: Common, purchases: PurchaseAdvisor) -> RedundancyServices:
    """Duplicates in the wardrobe and among photos."""
    review = RedundancyService(common.units, common.keypoints, common.rules.rules, common.money)
    scan = WardrobeScan(common.units, common.keypoints, review, common.money)
    return RedundancyServices(review, scan, PhotoComparison(purchases), ClothSamples(common.store))


def graph(common: Common, small: GarmentPictures, catalogue: Catalogue, review: RedundancyService) -> GraphServices:
    """Files and pictures of the graph, with the groups of duplicates in it."""
    units, rules = common.units, common.rules.rules
    exporter = GraphExporter(units, common.keypoints, rules, common.currency)
    pictures = GraphPictures(exporter, small, review.groups, rules, common.money, common.answers)
    return GraphServices(exporter, GraphImport(units, catalogue.choices, common.currency), pictures)
