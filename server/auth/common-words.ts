/**
 * What passwords are made of that are guessed first: the words that head published lists of leaked passwords (RockYou 2009,
 * and the yearly lists of commonest passwords, Vietnamese ones too), keyboard runs, common Vietnamese names and phrases
 * without tone marks, and the words of this field. Written by hand from these; no list is copied. A password that is made
 * of at most two of them, with any digits and signs around, is refused (passwords.ts): these few hundred words stand for
 * many thousands of passwords.
 */
export const commonWords: ReadonlySet<string> = new Set(
  `
password passwort passw passwd pass secret secure security login logon signin welcome hello letmein open access master
admin administrator root user username guest test testing tester default temp temporary change changeme changethis
system server computer internet network website email mail google facebook zalo youtube tiktok gmail yahoo samsung nokia
iphone apple microsoft windows linux android oracle cisco router modem wifi camera vnpt viettel mobifone vinaphone fpt
qwerty qwertyuiop qwertyui qwert qwer asdfgh asdfghjkl asdfghj asdfg asdf zxcvbnm zxcvbn zxcvb zxcv qazwsx qazwsxedc qaz
wsx edc rfv tgb yhn ujm qweasd qweasdzxc qwe asd zxc poiuytrewq lkjhgfdsa mnbvcxz azerty qwertz iuytrewq oiuytrewq
abc abcd abcde abcdef abcdefg abcdefgh abcdefghi abcdefghijkl abcdefghijklm aabbcc xyz
love iloveyou loveyou lovely lover forever always friend friends family mother father mommy daddy baby babygirl angel
princess prince queen king sunshine sunflower flower rainbow summer winter spring autumn monday sunday january december
dragon monkey tiger lion eagle wolf bear horse shadow ninja samurai batman superman spiderman pokemon naruto doraemon
football soccer baseball basketball hockey arsenal chelsea liverpool barcelona realmadrid juventus milan ronaldo messi
michael jordan jessica jennifer michelle thomas robert charlie daniel andrew joshua matthew anthony william ashley nicole
starwars starwar matrix freedom whatever trustno trustnoone cheese cookie chocolate banana orange coffee pepper ginger
purple silver golden diamond crystal phoenix thunder killer hunter ranger hockey mustang ferrari porsche mercedes honda
yamaha toyota harley corvette maverick merlin buster lucky happy smile peace heaven jesus christ god bless amen lucifer
money dollar million rich success winner champion number one two three first last best cool super mega ultra power
blink nirvana metallica music guitar piano dance party game games gamer player playboy sexy hottie
correct battery staple horsebattery

matkhau matkhaumoi matkhaula dangnhap taikhoan quantri quantrivien quanly nguoidung maychu hethong mangluoi baomat bimat
xinchao chaoban chao chaomung camon tamtam khongbiet khongco khongcogi quenroi quenmatkhau nhoma tudong macdinh
anhyeuem emyeuanh yeuem yeuanh yeu anh em toi ban minh tinhyeu tinhban tinhyeucuatoi mai maimai mayman hanhphuc hoabinh
nhau chung tinh nguoiyeu vo chong voyeu chongyeu conyeu conyeucuame conyeu conyeume congai contrai bome giadinh giadinhtoi
me bo cha ba ong ngoai noi cu bibi beyeu be bong bi na tep tom cun meo heo ga vit chuot trau
nhieu nhieulam lam qua khong co la cua va mot hai muoi nam thang ngay
haiphong hanoi saigon hochiminh tphcm hcm danang cantho hue nhatrang dalat vungtau quangninh laocai yenbai hagiang
caobang langson sonla laichau dienbien hoabinh thanhhoa nghean hatinh quangbinh quangtri quangnam quangngai binhdinh
phuyen khanhhoa ninhthuan binhthuan kontum gialai daklak daknong lamdong binhphuoc tayninh binhduong dongnai longan
tiengiang bentre travinh vinhlong dongthap angiang kiengiang haugiang soctrang baclieu camau bacninh bacgiang hungyen
haiduong thaibinh namdinh hanam ninhbinh phutho vinhphuc thainguyen tuyenquang backan
vietnam vietnamvodich vodich vn vietnamoi toiyeuvietnam yeunuoc doclap tudo hanhphuc conghoa xahoi chunghia dangcongsan
bacho hochiminhmuonnam chien thang muonnam namquoc sonha songnui tienlen
nguyen nguyenvan nguyenthi tran tranvan tranthi le levan lethi pham phamvan hoang hoangvan huynh phan vu vo dang bui do
ho ngo duong ly lyvan giang ma vang sung lo lu tay nung hmong muong thao
anhtuan anhdung minhtuan minhanh minhchau minhduc quang quanghuy ngoc ngocanh ngochan ngoclan tuan tuananh tung
thanh thanhtung thanhcong thanhdat thuy thuylinh thuytrang trang trung trunghieu dung duc hung hai hoa hong huong huy hieu
khanh khanhlinh kien kim lan linh long loan mai maianh manh nam nga nhung phong phuc phuong phuonganh quan quyen son tam
tien tien toan tu van viet vinh yen yennhi baongoc baoan giabao giahuy
truyenthanh daitruyenthanh loatruyenthanh loa loaxa loaphuong loaphat phatthanh phatthanhvien daiphatthanh dai bantin
lichphat tiepam thongtin congthongtin tin tuc vanhoa vanhoathongtin vanhoaxahoi ubnd ubndxa uyban uybannhandan xa phuong
huyen tinh thon ban xom to toan ap dan quoc chinhquyen canbo lanhdao chutich bithu
loudspeaker speaker radio broadcast station commune province village media press
`
    .split(/\s+/)
    .filter((word) => word !== ''),
)
