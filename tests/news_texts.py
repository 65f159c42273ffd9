"""Short news written for the tests, in several scripts."""

from __future__ import annotations

BRIDGE = (
    "Sáng 12/3, cầu Sông Hiền dài năm trăm mét đã thông xe sau hai năm "
    "thi công. Công trình nối xã Vĩnh An với thị trấn "
    "Bình Khê. Ông Lê Văn Tám, chủ tịch xã, nói rằng bà con đã mong "
    "chiếc cầu này từ ba mươi năm nay. Trước đây học sinh "
    "phải đi đò qua sông, mùa lũ thì nghỉ học cả tuần. Kinh phí xây cầu "
    "là chín mươi tỷ đồng, trong đó tỉnh góp một nửa. "
    "Xe tải trên mười tấn chưa được phép qua cầu cho đến khi đường dẫn hoàn thành vào tháng sáu."
)
MARKET = (
    "Chợ nông sản cuối tuần ở Bình Khê mở cửa từ năm giờ sáng và tan "
    "trước mười giờ. Người bán phần lớn là phụ nữ ở các "
    "làng ven sông, mỗi người một gánh rau hoặc vài con gà. Ban quản lý "
    "chợ thu mỗi chỗ ngồi năm nghìn đồng. Từ khi có chợ, "
    "thương lái không còn ép giá như trước. Nhiều gia đình trên thị "
    "trấn chờ đến thứ bảy mới đi mua thức ăn cho cả tuần."
)
THAI = (
    ""
    "สะพานข้ามแม่น้ำแห่งใหม่เปิดให้รถวิ่งเมื่อเช้าวันจันทร์หลังจากก่อสร้างนานสองปี ชาวบ้านทั้งสองฝั่งออกมาร่วมพิธีเปิด "
    "นายกเทศมนตรีกล่าวว่าสะพานนี้จะช่วยให้เด็กนักเรียนไปโรงเรียนได้สะดวกขึ้น งบประมาณก่อสร้างทั้งหมดเก้าสิบล้านบาท"
)
CHINESE = (
    "新建的跨江大桥周一上午正式通车。大桥全长五百米,连接两岸的两个乡镇。当地居民说,他们等这座桥已经等了三十年。"
    "过去孩子们上学要坐渡船,洪水季节常常停课。工程总造价九千万元,其中省里出资一半。"
)
JAPANESE = (
    "川にかかる新しい橋が月曜日の朝に開通した。橋の長さは五百メートルで、二つの村を結んでいる。"
    "住民たちは三十年前からこの橋を待っていたと話す。これまで子どもたちは渡し船で学校に通っていた。"
)
ARABIC = (
    "افتتح الجسر الجديد فوق النهر صباح يوم الاثنين بعد عامين من العمل. يبلغ طول الجسر خمسمئة متر ويربط بين قريتين. "
    "قال السكان إنهم انتظروا هذا الجسر ثلاثين عاما. كان التلاميذ يعبرون النهر بالقارب كل يوم."
)
TEXTS = {"bridge": BRIDGE, "market": MARKET, "th": THAI, "zh": CHINESE, "ja": JAPANESE, "ar": ARABIC}
