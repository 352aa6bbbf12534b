"""The charts of the Compare page as data: what is drawn, and for each mark the cases that it stands for.

The page draws what it is told and counts nothing itself: a mark and the table that it opens cannot disagree.
"""
